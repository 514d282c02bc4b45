// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/zip/extract_plan.ipp>

#include <ranges>

// Where an extraction comes to be: a temporary folder beside or in the one it is for.
namespace daypack::zip::detail {

// Makes and opens an empty folder of a new name; removes it with all that the plan has put there.
class Stage {
 public:
  Stage(int at, const ExtractPlan& plan, const std::string& path) : at_(at), plan_(plan) {
    static std::atomic<unsigned> counter{0};
    int error = EEXIST;
    for (int attempt = 0; attempt < 100 && error == EEXIST; ++attempt) {
      name_ = ".daypack-" + std::to_string(::getpid()) + '-' + std::to_string(counter++) + ".part";
      error = make_folder(at, name_);
    }
    if (!error && (error = open_below(at, name_, folder_))) ::unlinkat(at, name_.c_str(), AT_REMOVEDIR);
    if (error) daypack::detail::throw_io(Errc::unwritable, "cannot make a folder", path, error);
  }
  ~Stage() {
    if (moved_) return;
    const auto drop = [&](std::string_view name, int flags) {
      ::unlinkat(folder_->get(), std::string(name).c_str(), flags);
    };
    for (const Member* file : plan_.files) drop(file->name, 0);
    for (const ExtractLink& link : plan_.links) drop(link.name, 0);
    for (const std::string_view folder : plan_.folders | std::views::reverse) drop(folder, AT_REMOVEDIR);
    ::unlinkat(at_, name_.c_str(), AT_REMOVEDIR);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  int folder() const { return folder_->get(); }

  // Gives the folder its name: all appears at once.
  int move_to(const std::string& name) {
    const int error = move_file(at_, name_, at_, name, false);
    moved_ = error == 0;
    return error;
  }

 private:
  int at_;
  const ExtractPlan& plan_;
  std::string name_ = {};
  std::optional<Descriptor> folder_ = {};
  bool moved_ = false;
};

}  // namespace daypack::zip::detail
