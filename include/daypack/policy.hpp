// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/python.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

namespace daypack {

enum class Arch { x86_64, arm64 };

// As providers and Python's platform tags spell it: "x86_64", "arm64".
constexpr std::string_view to_string(Arch arch) { return arch == Arch::arm64 ? "arm64" : "x86_64"; }
// As the kernel and wheel tags spell it: "x86_64", "aarch64".
constexpr std::string_view machine_of(Arch arch) { return arch == Arch::arm64 ? "aarch64" : "x86_64"; }

// A release of the GNU C library; what a runtime has, or what a wheel needs.
struct Glibc {
  int major = 2;
  int minor = 17;
  friend constexpr auto operator<=>(const Glibc&, const Glibc&) = default;
};

// deprecated: no more patches, yet it still takes new functions; retired: it only runs, and at most updates, those it
// has.
enum class Support { current, deprecated, retired };

constexpr std::string_view to_string(Support support) {
  return support == Support::current ? "current" : support == Support::deprecated ? "deprecated" : "retired";
}

// A package that the runtime already has. The version is a snapshot: providers patch it without notice.
struct Preinstalled {
  std::string_view name;       // normalised
  std::string_view version;    // as seen; empty when only its presence is known
  std::string_view seen = {};  // ISO date of the snapshot, or its month or year
};

// What markers ask about the system, beside its machine (PEP 508). Every known runtime is CPython on Linux. Release and
// version are those of the kernel: providers change it without notice, so they are empty, as uv has them.
struct System {
  std::string_view os_name = "posix";
  std::string_view sys_platform = "linux";
  std::string_view platform_system = "Linux";
  std::string_view platform_release = {};
  std::string_view platform_version = {};
  std::string_view implementation_name = "cpython";
  std::string_view platform_python_implementation = "CPython";
};

// One Python that a backend runs: everything about it that decides what a package may contain.
struct Runtime {
  Python python = {};
  std::string_view full_version = {};  // newest patch release known to run there, for python_full_version in markers
  Glibc glibc = {2, 17};
  bool x86_64 = true;
  bool arm64 = false;
  Support support = Support::current;
  std::string_view until = {};  // ISO date on which it was, or will be, deprecated; empty when unknown
  std::span<const Preinstalled> preinstalled = {};  // beside those that every runtime of the backend has
  System system = {};
  std::string_view packages_folder = {};  // where it is not that of the backend
};

struct Limits {
  std::uint64_t zipped = 0;    // bytes of the archive as it is sent; 0: no limit known
  std::uint64_t unzipped = 0;  // bytes of all contents; 0: no limit known
  std::uint64_t direct =
      0;  // bytes of an archive that fit into the API call itself; more goes by an object store; 0: no such call
};

struct Memory {
  int least = 128;  // MB
  int most = 10240;
  int usual = 256;                  // what daypack chooses when nobody says
  int step = 1;                     // sizes are multiples of it
  std::span<const int> sizes = {};  // where only some are sold: these, ascending

  constexpr bool allows(int megabytes) const {
    if (megabytes < least || megabytes > most || megabytes % step != 0) return false;
    if (sizes.empty()) return true;
    for (int size : sizes) {
      if (size == megabytes) return true;
    }
    return false;
  }
};

// What a backend wants of a package. Plain data: the compiler judges pipelines by it, running code reads the same
// object.
struct BackendPolicy {
  std::string_view name = {};              // as --backend takes it: "aws_lambda"
  std::string_view title = {};             // as people know it: "AWS Lambda"
  std::span<const Runtime> runtimes = {};  // sorted by Python
  Limits limits = {};
  std::string_view packages_folder = {};     // where distributions lie in the package; empty: at its root
  std::string_view code_folder = {};         // where the user's own files lie; empty: at its root
  std::string_view task_root = "/var/task";  // where the package is found when it runs
  bool has_memory = true;                    // whether a memory size can be chosen
  Memory memory = {};
  int timeout_most = 900;                           // seconds; 0: no limit
  std::span<const Preinstalled> preinstalled = {};  // what every runtime of it has
  std::span<const std::string_view> entry_sources =
      {};  // globs of files that must stay source, e.g. Azure's function_app.py
  bool keeps_symlinks = false;
};

// A backend is an empty type with a `policy`; nothing to register.
template <class B>
concept backend = requires {
  { B::policy } -> std::same_as<const BackendPolicy&>;
};

namespace detail {

constexpr const Runtime* runtime_of(const BackendPolicy& policy, Python python) {
  for (const Runtime& runtime : policy.runtimes) {
    if (runtime.python == python) return &runtime;
  }
  return nullptr;
}

constexpr bool runs_on(const Runtime& runtime, Arch arch) {
  return arch == Arch::arm64 ? runtime.arm64 : runtime.x86_64;
}

}  // namespace detail

// Whether a backend runs this Python at all, on any architecture.
template <class B, Python V>
concept offers = backend<B> && detail::runtime_of(B::policy, V) != nullptr;

// Whether a backend runs this Python on this architecture.
template <class B, Python V, Arch A>
concept offers_on = offers<B, V> && detail::runs_on(*detail::runtime_of(B::policy, V), A);

// A target as running code sees it: backend x Python x architecture.
struct TargetFacts {
  const BackendPolicy* backend = nullptr;
  const Runtime* runtime = nullptr;
  Arch arch = Arch::x86_64;

  // Where distributions lie in the package; empty: at its root.
  constexpr std::string_view packages_folder() const {
    return runtime && !runtime->packages_folder.empty() ? runtime->packages_folder : backend->packages_folder;
  }
};

}  // namespace daypack
