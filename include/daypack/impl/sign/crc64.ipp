// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/sign/crc64_fold.ipp>
#include <daypack/sign/crc64.hpp>

namespace daypack {

namespace detail {

// With their bits in reverse; NVM Express writes its own as 0xAD93D23594C93659.
inline constexpr std::uint64_t crc64_xz_polynomial = 0xc96c5795d7870f42, crc64_nvme_polynomial = 0x9a6c9329ac4bc9b5;

}  // namespace detail

DAYPACK_DECL void Crc64::update(ByteView bytes) {
  state_ = detail::crc64_state<detail::crc64_xz_polynomial>(state_, bytes);
}

DAYPACK_DECL std::uint64_t crc64_of(ByteView bytes) {
  Crc64 crc;
  crc.update(bytes);
  return crc.value();
}

DAYPACK_DECL std::uint64_t crc64_combine(std::uint64_t first, std::uint64_t second, std::uint64_t second_size) {
  return detail::crc64_joined<detail::crc64_xz_polynomial>(first, second, second_size);
}

DAYPACK_DECL void Crc64Nvme::update(ByteView bytes) {
  state_ = detail::crc64_state<detail::crc64_nvme_polynomial>(state_, bytes);
}

DAYPACK_DECL std::uint64_t crc64nvme_of(ByteView bytes) {
  Crc64Nvme crc;
  crc.update(bytes);
  return crc.value();
}

DAYPACK_DECL std::uint64_t crc64nvme_combine(std::uint64_t first, std::uint64_t second, std::uint64_t second_size) {
  return detail::crc64_joined<detail::crc64_nvme_polynomial>(first, second, second_size);
}

}  // namespace daypack
