// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/zip/name.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace daypack::detail {

// What a wheel promises and does not keep: a fault that names the member, if it is about one, and the wheel.
inline Fault wheel_fault(std::string message, std::string_view member, const std::string& wheel,
                         std::string hint = {}) {
  return {.code = Errc::damaged_wheel,
          .message = std::move(message),
          .subject = member.empty() ? wheel : zip::printable(member) + " (" + wheel + ")",
          .hint = std::move(hint)};
}

}  // namespace daypack::detail
