// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/python_value.hpp>

#include <concepts>
#include <cstddef>
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

// The operating system that a runtime stands on, as far as shared libraries of a package can see it. Wheels may count
// on more than glibc (PEP 599 and PEP 600 permit libstdc++ and a few others), yet small images lack most of it.
struct Image {
  std::string_view name = {};     // "Amazon Linux 2023"
  Glibc glibc = {};               // what the image has; a runtime may promise less
  std::string_view glibcxx = {};  // the newest GLIBCXX_ of its libstdc++: "3.4.29"
  std::string_view cxxabi = {};   // the newest CXXABI_ of its libstdc++: "1.3.13"
  // Libraries beside those of glibc that are known to be there, sorted: "libgcc_s.so.1". Others may be there too.
  std::span<const std::string_view> libraries = {};
  std::string_view source = {};  // where the facts come from, and when they were read
};

// One Python that a backend runs: everything about it that decides what a package may contain.
struct Runtime {
  Python python = {};
  // For python_full_version in markers: the newest patch release known to run there; where machines differ, the oldest.
  std::string_view full_version = {};
  Glibc glibc = {2, 17};
  const Image* image = nullptr;  // what is known of its operating system
  bool x86_64 = true;
  bool arm64 = false;
  Support support = Support::current;
  // ISO dates, empty when unknown: on which it was, or will be, deprecated; closed to new functions; closed to updates.
  std::string_view until = {};
  std::string_view creates_until = {};
  std::string_view updates_until = {};
  std::span<const Preinstalled> preinstalled = {};  // beside those that every runtime of the backend has
  System system = {};
  std::string_view packages_folder = {};  // where it is not that of the backend
};

// Sizes in bytes; 0: no limit known, or no such way.
struct Limits {
  std::uint64_t zipped = 0;        // an archive, by the way that takes the largest: through an object store
  std::uint64_t zipped_least = 0;  // where regions differ: what each of them takes through an object store
  std::uint64_t direct = 0;        // an archive inside the API call; larger ones go through an object store
  std::uint64_t request = 0;       // the whole API call, with the archive in base64
  std::uint64_t unzipped = 0;      // all contents, those of attached layers included
  std::uint64_t environment = 0;   // names and values of all variables
  int layers = 0;                  // how many layers one function may attach
  std::uint64_t layer_zipped = 0;  // the archive of one layer, through an object store
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

// What a provider takes as a name. Characters are written as in a class of a regular expression: "A-Za-z0-9_-".
struct NameRule {
  int least = 1;  // characters; 0 for `most`: the provider has no such names
  int most = 0;
  std::string_view characters = "A-Za-z0-9_-";
  std::string_view first = {};  // of the first one; empty: as the others
  std::string_view last = {};   // of the last one; empty: as the others

  constexpr bool allows(std::string_view name) const;
};

// What is uploaded: a function, or a layer that functions attach.
enum class PackageKind { function, layer };

constexpr std::string_view to_string(PackageKind kind) { return kind == PackageKind::layer ? "layer" : "function"; }

// Which layer's file stands where several have one of the same path.
enum class LayerOrder { none, last_wins, first_wins };

constexpr std::string_view to_string(LayerOrder order) {
  return order == LayerOrder::last_wins ? "last wins" : order == LayerOrder::first_wins ? "first wins" : "none";
}

// How the entry point of a function is written.
enum class HandlerForm {
  none,             // it is not: the files say it (Azure), or there is none (layers)
  module_function,  // "app.handler": a module at the root of the code
  path_function,    // "pkg.app.handler" or "pkg/app.handler" as well (AWS)
  function,         // "handler": a function of the first of the entry files (Google)
  http_function,    // "app.main": becomes an HTTP function of the v1 model, with a function.json of its own (Azure)
};

struct HandlerRule {
  HandlerForm form = HandlerForm::module_function;
  int most = 0;  // characters; 0: no limit known
};

// A file that a package needs, and gets when nobody brings it.
struct GeneratedFile {
  std::string_view path = {};
  std::string_view text = {};
};

// A list of requirements that people start from, dated.
struct BaseList {
  std::string_view name = {};  // "lithops-3.8.0"
  std::string_view seen = {};  // ISO date of the list
  std::span<const std::string_view> requirements = {};
};

// What a backend wants of a package. Plain data: the compiler judges pipelines by it, running code reads the same
// object.
struct BackendPolicy {
  std::string_view name = {};   // as --backend takes it: "aws_lambda"
  std::string_view title = {};  // as people know it: "AWS Lambda"
  PackageKind kind = PackageKind::function;
  std::string_view functions = {};         // of a layer: the name of the backend whose functions attach it
  const BackendPolicy* layer = nullptr;    // of a function: the backend of the layers that it may be split into
  std::span<const Runtime> runtimes = {};  // sorted by Python
  Limits limits = {};
  // Layout. "{python}" stands for the minor version, e.g. 3.12.
  std::string_view packages_folder = {};     // where distributions lie in the package; empty: at its root
  std::string_view code_folder = {};         // where the user's own files lie; empty: at its root
  std::string_view task_root = "/var/task";  // where the package is found when it runs
  // Where attached layers are unpacked; of those that have layers AWS and Aliyun name the same folder (their documents
  // on layers, 2026-11-20), and the local runtime follows AWS.
  std::string_view layer_root = "/opt";
  std::span<const std::string_view> entry_files = {};  // globs: what the backend starts with, one of them at least
  std::span<const std::string_view> entry_sources =
      {};  // globs of files that must stay source, e.g. Azure's function_app.py
  std::span<const GeneratedFile> generated = {};
  HandlerRule handler = {};
  bool keeps_symlinks = false;  // otherwise they must be packed as what they point at
  bool keeps_modes = true;      // whether the executable bit survives
  // What runs sees: sys.path in order as far as packages and layers lie on it, and LD_LIBRARY_PATH.
  std::span<const std::string_view> search_path = {};
  std::string_view library_path = {};
  LayerOrder layer_order = LayerOrder::none;
  // What may be chosen for a function.
  bool has_memory = true;  // whether a memory size can be chosen
  Memory memory = {};
  int timeout_most = 900;  // seconds; 0: no limit
  NameRule function_name = {};
  NameRule layer_name = {};
  std::span<const Preinstalled> preinstalled = {};  // what every runtime of it has
  std::span<const BaseList> base_lists = {};
  std::span<const std::string_view> sources = {};  // where the facts come from, and when they were read
};

// A backend is an empty type with a `policy`; nothing to register.
template <class B>
concept backend = requires {
  { B::policy } -> std::same_as<const BackendPolicy&>;
};

namespace detail {

// Whether a class such as "A-Za-z0-9_-" has the character.
constexpr bool class_has(std::string_view characters, char wanted) {
  for (std::size_t i = 0; i < characters.size(); ++i) {
    if (i + 2 < characters.size() && characters[i + 1] == '-') {
      if (characters[i] <= wanted && wanted <= characters[i + 2]) return true;
      i += 2;
    } else if (characters[i] == wanted) {
      return true;
    }
  }
  return false;
}

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

constexpr bool NameRule::allows(std::string_view name) const {
  if (name.size() < static_cast<std::size_t>(least) || name.size() > static_cast<std::size_t>(most)) return false;
  for (char c : name) {
    if (!detail::class_has(characters, c)) return false;
  }
  return name.empty() || ((first.empty() || detail::class_has(first, name.front())) &&
                          (last.empty() || detail::class_has(last, name.back())));
}

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

namespace detail {

// A text that can be a template argument.
template <std::size_t N>
struct FixedText {
  char text[N] = {};
  consteval FixedText(const char (&from)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = from[i];
  }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

// Facts in a class name, so that the compiler prints them above the message.
template <class B, FixedText Name, int Least, int Most, bool Ok>
struct function_name_of {
  static_assert(Ok,
                "daypack: this backend takes no such name for a function: function_name_of<Backend, Name, Least, Most> "
                "above; the characters are those of its policy.function_name.");
  static constexpr const char* value = Name.text;
};

template <class B, FixedText Name, int Least, int Most, bool Ok>
struct layer_name_of {
  static_assert(Ok,
                "daypack: this backend takes no such name for a layer: layer_name_of<Backend, Name, Least, Most> "
                "above; the characters are those of its policy.layer_name.");
  static constexpr const char* value = Name.text;
};

template <class B, int Megabytes, int Least, int Most, bool Ok>
struct memory_of {
  static_assert(Ok,
                "daypack: this backend offers no such memory size: memory_of<Backend, Megabytes, Least, Most> above; "
                "steps and sizes are those of its policy.memory.");
  static constexpr int value = Megabytes;
};

template <class B, int Seconds, int Most, bool Ok>
struct timeout_of {
  static_assert(Ok, "daypack: this backend runs no function for so long: timeout_of<Backend, Seconds, Most> above.");
  static constexpr int value = Seconds;
};

}  // namespace detail

// Literals that the compiler judges by the policy of a backend:
// Function{.name = function_name<aws::Lambda, "thumbnails">, .memory = memory_size<aws::Lambda, 512>}.
template <backend B, detail::FixedText Name>
inline constexpr const char* function_name =
    detail::function_name_of<B, Name, B::policy.function_name.least, B::policy.function_name.most,
                             B::policy.function_name.allows(Name.view())>::value;

template <backend B, detail::FixedText Name>
inline constexpr const char* layer_name =
    detail::layer_name_of<B, Name, B::policy.layer_name.least, B::policy.layer_name.most,
                          B::policy.layer_name.allows(Name.view())>::value;

// A memory size in MB, for a backend whose functions can choose one.
template <backend B, int Megabytes>
inline constexpr int memory_size = detail::memory_of<B, Megabytes, B::policy.memory.least, B::policy.memory.most,
                                                     B::policy.has_memory && B::policy.memory.allows(Megabytes)>::value;

// The longest time that one run may take.
template <backend B, int Seconds>
inline constexpr int time_limit =
    detail::timeout_of<B, Seconds, B::policy.timeout_most,
                       (Seconds > 0 && (B::policy.timeout_most == 0 || Seconds <= B::policy.timeout_most))>::value;

}  // namespace daypack
