// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>
#include <daypack/tree.hpp>

#include <cstdint>
#include <string>

namespace daypack::checks {

// A layer that the function attaches: its contents count against the limits, its libraries and modules are there.
struct AttachedLayer {
  std::string name = {};
  std::uint64_t unzipped = 0;  // bytes of all contents
  Tree files = {};             // as they lie below the backend's layer_root; none where only the size is known
  Manifest manifest = {};      // daypack's own, as archive_file.hpp reads it; empty where there is none

  // From its zip, as any tool writes it: the directory is read, contents are inflated when they are looked at.
  // Error{not_found, unreadable}; Error{damaged_zip}, also for members that are encrypted or of a method that is not
  // read here; Error{unsafe_path}.
  DAYPACK_DECL static AttachedLayer read(const std::string& path);
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/attached_layer.ipp>
#endif
