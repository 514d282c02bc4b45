// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/requirements.hpp>

namespace daypack {

// Requirements files of web servers, by the context's Http, tried again as net/retry.hpp does: for Requirements::read,
// so that -r URL and -c URL work as in pip. Logins come from the URL, which a relative reference keeps, or from netrc.
// At most 16 MiB. What it gives throws Error{not_found} (404, 410), Error{network} (any other answer, none at all, an
// offline context), Error{over_limit}, Error{usage} for what is no URL, Error{cancelled}. It keeps a copy of the
// context.
DAYPACK_DECL FetchText fetch_text(const Context& context);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/fetch_text.ipp>
#endif
