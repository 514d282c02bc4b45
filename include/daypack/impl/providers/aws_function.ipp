// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/lambda_rollback.ipp>
#include <daypack/providers/aws_function.hpp>

namespace daypack::aws {

DAYPACK_DECL Deployment Function::deliver(const Archive& archive, Context& context) const {
  daypack::detail::lambda::check_options(*this);
  return daypack::detail::lambda::Delivery(*this, archive, context).run();
}

DAYPACK_DECL Deployment Rollback::run(Context& context) const {
  daypack::detail::lambda::check_function_name(name);
  return daypack::detail::lambda::Return(*this, context).run();
}

}  // namespace daypack::aws
