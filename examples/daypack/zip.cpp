// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/codec/stored.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/sign/crc64.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/tree.hpp>
#include <daypack/walk/glob.hpp>
#include <daypack/zip/folder.hpp>
#include <daypack/zip/writer.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

namespace cli {

namespace {

using daypack::zip::Symlinks;

const std::map<std::string, Symlinks> symlink_policies{
    {"inside", Symlinks::inside}, {"follow", Symlinks::follow}, {"keep", Symlinks::keep}, {"refuse", Symlinks::refuse}};

struct ZipOptions {
  std::vector<std::string> sources = {};
  std::string names_from = {};
  std::vector<std::string> exclude = {};
  std::vector<std::string> ignore_files = {};
  Symlinks symlinks = Symlinks::inside;
  std::string prefix = {};
  std::string effort = "balanced";
  bool store = false;
  bool crc64 = false;
  std::string output = {};
};

// Paths one a line, or, where there is a NUL, each ended by one, as `git ls-files -z` and `find -print0` write them.
std::vector<std::string> names_in(const std::string& list) {
  const std::string text = list == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : daypack::detail::read_file(list);
  const char end = text.find('\0') == std::string::npos ? '\n' : '\0';
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t stop = std::min(text.find(end, begin), text.size());
    if (stop > begin) names.push_back(text.substr(begin, stop - begin));
    begin = stop + 1;
  }
  return names;
}

// Collects what the options name, with no ignore rules but those that are asked for: the zip core alone.
class Sources {
 public:
  Sources(const ZipOptions& options, daypack::Pool& pool) : options_(options), pool_(pool) {
    for (const std::string& glob : options.exclude) exclude_.emplace_back(glob);
    while (prefix_.ends_with('/')) prefix_.pop_back();
    if (!prefix_.empty()) prefix_ += '/';
  }

  daypack::Tree tree() {
    for (const std::string& source : options_.sources) add_source(source);
    if (!options_.names_from.empty()) {
      for (const std::string& name : names_in(options_.names_from)) add_name(name);
    }
    return daypack::Tree::of(std::move(entries_));
  }

 private:
  bool is_excluded(std::string_view path) const {
    return std::ranges::any_of(exclude_, [&](const daypack::Glob& glob) { return glob.matches(path); });
  }

  void add_source(std::string source) {
    while (source.size() > 1 && source.ends_with('/')) source.pop_back();
    const daypack::Found found = daypack::look_at(source);
    if (found.kind != daypack::FileKind::folder) return add_file(found, source.substr(source.rfind('/') + 1));
    std::vector<daypack::Entry> below = daypack::zip::entries_of(
        source, {.symlinks = options_.symlinks,
                 .skip = [this](std::string_view path, bool folder) { return !folder && is_excluded(path); },
                 .ignore_files = options_.ignore_files,
                 .pool = &pool_});
    for (daypack::Entry& entry : below) put_below_prefix(entry);
    if (entries_.empty()) {
      entries_ = std::move(below);  // of many files, a second list would take much memory
    } else {
      entries_.insert(entries_.end(), std::make_move_iterator(below.begin()), std::make_move_iterator(below.end()));
    }
  }

  void add_name(const std::string& name) {
    const daypack::Found found = daypack::look_at(name);
    if (found.kind == daypack::FileKind::folder)
      throw daypack::Error(daypack::Errc::usage, "a list names files, not folders", name, "give the folder as a SOURCE");
    add_file(found, name.substr(name.starts_with("./") ? 2 : 0));
  }

  void add_file(const daypack::Found& found, std::string path) {
    if (is_excluded(path)) return;
    entries_.push_back(daypack::zip::entry_of(found, files_.make(found.path), std::move(path)));
    put_below_prefix(entries_.back());
  }

  void put_below_prefix(daypack::Entry& entry) const {
    if (prefix_.empty()) return;
    std::string path;
    path.reserve(prefix_.size() + entry.path.size());  // an insertion may take twice the memory
    entry.path = std::move(path.append(prefix_).append(entry.path));
  }

  const ZipOptions& options_;
  daypack::Pool& pool_;
  std::vector<daypack::Glob> exclude_;
  std::string prefix_ = options_.prefix;
  daypack::HostPaths files_;
  std::vector<daypack::Entry> entries_;
};

[[noreturn]] void throw_unwritable_stdout() {
  throw daypack::Error(daypack::Errc::unwritable, "cannot write to standard output", std::strerror(errno));
}

void write_to_stdout(daypack::ByteView bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) throw_unwritable_stdout();
}

daypack::zip::WriteOptions write_options_of(const ZipOptions& options, daypack::Context& context) {
  daypack::zip::WriteOptions write{.effort = effort_of(options.effort),
                                   .epoch = source_date_epoch(),
                                   .stop = context.stop(),
                                   .progress = [&](std::size_t done, std::size_t total) { context.advance(done, total, "files"); }};
  if (options.store) write.codec = daypack::codec::AnyCodec::of<daypack::codec::Stored>();
  return write;
}

int zip(const ZipOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console).in_stage("Zip");
  const daypack::zip::WriteOptions write = write_options_of(options, context);
  const daypack::Tree tree = Sources(options, context.pool()).tree();
  if (options.output == "-") {
    daypack::zip::write(tree.entries(), context.pool(), write, write_to_stdout);
    if (std::fflush(stdout) != 0) throw_unwritable_stdout();
    return 0;
  }
  daypack::Sha256Hasher sha256;
  daypack::Crc64 crc64;
  const daypack::zip::Written written =
      daypack::zip::save(options.output, tree.entries(), context.pool(), write, [&](daypack::ByteView bytes) {
        sha256.update(bytes);
        if (options.crc64) crc64.update(bytes);
      });
  const std::string digest = sha256.finish().hex();
  if (everywhere.json) {
    boost::json::object answer{{"path", options.output},
                               {"sha256", digest},
                               {"size", written.size},
                               {"unpacked", tree.total().bytes},
                               {"entries", tree.size()}};
    if (options.crc64) answer["crc64"] = std::to_string(crc64.value());  // text: half of all values are beyond JSON's numbers
    print(boost::json::serialize(answer));
  } else {
    print(options.output);
  }
  console.say(thousands(tree.size()) + " entries, " + megabytes(tree.total().bytes) + " in " + megabytes(written.size) + ", sha256 " +
              digest + (options.crc64 ? ", crc64 " + std::to_string(crc64.value()) : ""));
  return 0;
}

}  // namespace

void add_zip(CLI::App& app, Run& run) {
  auto options = std::make_shared<ZipOptions>();
  CLI::App* command = app.add_subcommand("zip", "A faster, reproducible zip -r9q");
  command->footer(
      "Examples:\n  daypack zip build/ -o out.zip\n  daypack zip build/ app.py -o out.zip -x '**/tests/**' --effort smallest\n"
      "  daypack zip site-packages/ -o layer.zip --prefix python\n  git ls-files -z | daypack zip --names-from - -o source.zip");
  auto* sources = command->add_option("SOURCE", options->sources, "Folders, whose content lies at the root of the zip, and files");
  auto* names = command->add_option("--names-from", options->names_from, "A list of files that keep their paths, one a line; - for standard input");
  command->add_option("--output,-o", options->output, "The zip; - for standard output")->required()->check(is_named, "");
  command->add_option("--exclude,-x", options->exclude, "A glob of paths to leave out, repeatable")->allow_extra_args(false);
  command->add_option("--ignore-file", options->ignore_files, "Heed ignore rules in files of this name, e.g. .gitignore, repeatable")
      ->allow_extra_args(false);
  command->add_option("--symlinks", options->symlinks, "inside (follow within the folder), follow, keep or refuse")
      ->transform(CLI::CheckedTransformer(symlink_policies))
      ->option_text("POLICY");
  command->add_option("--prefix", options->prefix, "A folder of the zip in which all lies");
  command->add_option("--effort", options->effort, "fast, balanced, smallest or a level from 1 to 12");
  command->add_flag("--store", options->store, "Store everything, deflate nothing");
  command->add_flag("--crc64", options->crc64, "Tell the CRC-64/XZ of the zip too, in decimal, as Aliyun asks for it");
  command->callback([=, &run] {
    if (sources->empty() && names->empty()) throw CLI::RequiredError("SOURCE or --names-from");
    run = [options](const Everywhere& everywhere) { return zip(*options, everywhere); };
  });
}

}  // namespace cli
