// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/zip/extract_plan.ipp>
#include <daypack/impl/zip/extract_stage.ipp>
#include <daypack/run/pool.hpp>
#include <daypack/zip/extract.hpp>

#include <ranges>

namespace daypack::zip {

namespace detail {

// What is larger passes through in pieces; what is not is inflated whole, by the faster codec, once per thread.
inline constexpr std::uint64_t largest_whole = std::uint64_t{4} << 20;

class Extraction {
 public:
  Extraction(const Reader& reader, std::string folder, const ExtractOptions& options)
      : reader_(reader), options_(options), path_(std::move(folder)), plan_(plan_of(reader, options)) {
    while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  }

  Extracted run() {
    const bool is_new = open_destination();
    if (!is_new) check_free();
    Stage stage(folder_->get(), plan_, path_);
    fill(stage.folder());
    if (!is_new) {
      publish(stage.folder());
    } else if (const int error = stage.move_to(base_of(path_))) {
      fail("cannot make a folder", {}, error);
    }
    Extracted made{.files = plan_.files.size(), .links = plan_.links.size()};
    for (const Member* file : plan_.files) made.bytes += file->size;
    return made;
  }

 private:
  [[noreturn]] void fail(const char* message, std::string_view name, int error) const {
    const std::string path = name.empty() ? path_ : path_ + '/' + printable(name);
    daypack::detail::throw_io(Errc::unwritable, message, path, error);
  }

  // Opens the folder, or the one above it when it is new.
  bool open_destination() {
    int error = io_point();
    if (!error) folder_.emplace(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!error) error = errno_of(folder_->get());
    if (!error) return false;
    if (error != ENOENT || path_.empty()) fail("cannot write to a folder", {}, error);
    std::string above(parent_of(path_));
    if (above.empty()) above = path_.starts_with('/') ? "/" : ".";
    folder_.emplace(::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder_->get() >= 0) return true;
    daypack::detail::throw_io(Errc::unwritable, "cannot make a folder", path_, errno);
  }

  // Before anything is written: that nothing stands where files and folders will.
  void check_free() {
    std::vector<daypack::Fault> faults;
    Parents parents(folder_->get());
    const auto look = [&](std::string_view name, bool folder) {
      int parent = -1;
      struct stat facts{};
      int error = parents.open(name, parent);
      if (!error && ::fstatat(parent, base_of(name).c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) error = errno;
      if (error == ENOENT || error == ENOTDIR || error == ELOOP) return;  // free, or told of the folder it lies in
      if (error) fail("cannot read a folder", name, error);
      if (auto fault = obstacle(facts.st_mode, name, folder)) faults.push_back(std::move(*fault));
    };
    for (const std::string_view name : plan_.folders) look(name, true);
    for (const Member* file : plan_.files) look(file->name, false);
    for (const ExtractLink& link : plan_.links) look(link.name, false);
    throw_collected(std::move(faults), "some members cannot be extracted: something is in their place");
  }

  std::optional<daypack::Fault> obstacle(mode_t mode, std::string_view name, bool folder) const {
    const std::string subject = path_ + '/' + printable(name);
    if (folder && S_ISDIR(mode)) return {};
    if (folder && S_ISLNK(mode)) {
      return daypack::Fault{.code = Errc::unsafe_path,
                            .message = "a link stands where a folder is needed",
                            .subject = subject,
                            .hint = "links are not followed: extract to what it leads to, or remove it"};
    }
    if (!folder && !S_ISDIR(mode) && options_.overwrite) return {};
    const bool in_the_way = folder || S_ISDIR(mode);
    const char* what = folder          ? "a file stands where a folder is needed"
                       : S_ISDIR(mode) ? "a folder stands where a file is needed"
                                       : "a file is there already";
    return daypack::Fault{.code = Errc::conflict,
                          .message = what,
                          .subject = subject,
                          .hint = in_the_way ? "extract to another folder" : "extract to another folder, or overwrite"};
  }

  void fill(int stage) {
    for (const std::string_view name : plan_.folders) {
      if (const int error = make_folder(stage, std::string(name))) fail("cannot make a folder", name, error);
    }
    std::vector<const Member*> order = plan_.files;
    // The largest first, so that no thread is left with one at the end.
    std::ranges::sort(order, [](const Member* a, const Member* b) {
      return a->size != b->size ? a->size > b->size : a->name < b->name;
    });
    std::vector<Fault> found(order.size());
    const auto write = [&](std::size_t i) { found[i] = write_file(stage, *order[i]); };
    if (options_.pool) {
      options_.pool->for_each(order.size(), write);
    } else {
      for (std::size_t i = 0; i < order.size(); ++i) write(i);
    }
    std::vector<daypack::Fault> faults;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (found[i] != Fault::none) faults.push_back(error_of({found[i], printable(order[i]->name)}, reader_.name()));
    }
    throw_collected(std::move(faults), "some members cannot be extracted");
    for (const ExtractLink& link : plan_.links) {
      if (const int error = make_link(stage, std::string(link.name), link.target))
        fail("cannot make a link", link.name, error);
    }
  }

  // Faults of the content are given back, those of the file system thrown.
  Fault write_file(int stage, const Member& member) const {
    check_stop();
    NewFile file;
    const auto check = [&](int error) {
      if (error) fail("cannot write a file", member.name, error);
    };
    check(file.open(stage, std::string(member.name), member.executable()));
    const Sink put = [&](ByteView bytes) {
      check_stop();
      check(file.write(bytes));
    };
    Blob whole;
    const bool at_once = member.size <= largest_whole;
    const Fault fault = at_once ? Reader::inflate(member, whole) : Reader::inflate_to(member, put);
    if (fault != Fault::none) return fault;
    if (at_once) put(whole.bytes);
    check(file.close());
    return Fault::none;
  }

  void check_stop() const {
    if (options_.stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request", path_);
  }

  // Moves all from the stage to where it belongs, each file whole. Folders that are still empty after a failure go.
  void publish(int stage) {
    std::vector<std::string_view> made;
    try {
      Parents parents(folder_->get());
      for (const std::string_view name : plan_.folders) make_published(parents, name, made);
      for (const Member* file : plan_.files) move(stage, parents, file->name);
      for (const ExtractLink& link : plan_.links) move(stage, parents, link.name);
    } catch (...) {
      for (const std::string_view name : made | std::views::reverse) {
        std::optional<Descriptor> parent;
        if (open_below(folder_->get(), parent_of(name), parent) == 0)
          ::unlinkat(parent->get(), base_of(name).c_str(), AT_REMOVEDIR);
      }
      throw;
    }
  }

  void make_published(Parents& parents, std::string_view name, std::vector<std::string_view>& made) const {
    int parent = -1;
    int error = parents.open(name, parent);
    if (!error) error = make_folder(parent, base_of(name));
    if (!error) made.push_back(name);
    if (error && error != EEXIST) fail("cannot make a folder", name, error);
  }

  void move(int stage, Parents& parents, std::string_view name) const {
    int parent = -1;
    int error = parents.open(name, parent);
    if (!error) error = move_file(stage, std::string(name), parent, base_of(name), options_.overwrite);
    if (error) fail("cannot write a file", name, error);
  }

  const Reader& reader_;
  const ExtractOptions& options_;
  std::string path_;
  ExtractPlan plan_;
  std::optional<Descriptor> folder_ = {};
};

}  // namespace detail

DAYPACK_DECL Extracted extract(const Reader& reader, const std::string& folder, const ExtractOptions& options) {
  return detail::Extraction(reader, folder, options).run();
}

}  // namespace daypack::zip
