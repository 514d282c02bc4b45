// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/walk/glob.hpp>
#include <daypack/zip/extract.hpp>
#include <daypack/zip/name.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace cli {

namespace {

struct UnzipOptions {
  std::string archive = {};
  std::vector<std::string> members = {};
  std::vector<std::string> exclude = {};
  std::string folder = ".";
  bool print = false;
  bool overwrite = false;
  daypack::zip::ReadOptions read = {};
};

// A member or folder by its own name where there is one, else a glob of members and folders.
class Pattern {
 public:
  Pattern(std::string text, const daypack::zip::Reader& reader) : glob_(text), text_(std::move(text)) {
    while (text_.ends_with('/')) text_.pop_back();
    literal_ = std::ranges::any_of(reader.members(), [&](const auto& member) { return is_or_holds(member.name); });
  }

  bool matches(std::string_view name) const {
    if (literal_) return is_or_holds(name);
    if (name.ends_with('/')) name.remove_suffix(1);
    for (std::size_t end = 0; end < name.size();) {
      end = std::min(name.find('/', end + 1), name.size());
      if (glob_.matches(name.substr(0, end))) return true;
    }
    return false;
  }

 private:
  bool is_or_holds(std::string_view name) const {
    return name.starts_with(text_) && (name.size() == text_.size() || name[text_.size()] == '/');
  }

  daypack::Glob glob_;
  std::string text_;
  bool literal_ = false;
};

std::vector<Pattern> patterns_of(const std::vector<std::string>& texts, const daypack::zip::Reader& reader) {
  std::vector<Pattern> patterns;
  for (const std::string& text : texts) patterns.emplace_back(text, reader);
  return patterns;
}

// Which members are meant; Error{not_found} for a name or glob that means none.
std::function<bool(std::string_view)> selection_of(const UnzipOptions& options, const daypack::zip::Reader& reader) {
  auto wanted = patterns_of(options.members, reader);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto matches = [&](const auto& member) { return wanted[i].matches(member.name); };
    if (std::ranges::any_of(reader.members(), matches)) continue;
    throw daypack::Error(daypack::Errc::not_found, "no member of a zip has this name",
                         options.members[i] + " (" + options.archive + ")", "daypack ls shows what is in it");
  }
  return [wanted = std::move(wanted), unwanted = patterns_of(options.exclude, reader)](std::string_view name) {
    const auto matches = [&](const Pattern& pattern) { return pattern.matches(name); };
    return (wanted.empty() || std::ranges::any_of(wanted, matches)) && std::ranges::none_of(unwanted, matches);
  };
}

void write_to_stdout(daypack::ByteView bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return;
  throw daypack::Error(daypack::Errc::unwritable, "cannot write to standard output");
}

int print(const daypack::zip::Reader& reader, const std::function<bool(std::string_view)>& wanted,
          const std::stop_token& stop) {
  for (const daypack::zip::Member& member : reader.members()) {
    if (member.folder() || !wanted(member.name)) continue;
    daypack::zip::Problem problem = daypack::zip::Reader::refusal(member);
    if (problem) daypack::zip::throw_problem(problem, reader.name());
    problem.fault = daypack::zip::Reader::inflate_to(member, [&](daypack::ByteView bytes) {
      if (stop.stop_requested()) throw daypack::Error(daypack::Errc::cancelled, "stopped on request");
      write_to_stdout(bytes);
    });
    problem.member = daypack::zip::printable(member.name);
    if (problem) daypack::zip::throw_problem(problem, reader.name());
  }
  if (std::fflush(stdout) == 0) return 0;
  throw daypack::Error(daypack::Errc::unwritable, "cannot write to standard output");
}

int unzip(const UnzipOptions& options, const Everywhere& everywhere) {
  const auto bytes = daypack::detail::map_file(options.archive);
  const auto reader = daypack::zip::Reader::of(bytes, options.archive, options.read);
  const auto wanted = selection_of(options, reader);
  if (options.print) return print(reader, wanted, everywhere.stop);
  daypack::Pool pool(everywhere.jobs);
  const auto made =
      daypack::zip::extract(reader, options.folder,
                            {.wanted = wanted, .overwrite = options.overwrite, .pool = &pool, .stop = everywhere.stop});
  if (everywhere.json) {
    const boost::json::object answer{
        {"path", options.folder}, {"files", made.files}, {"links", made.links}, {"bytes", made.bytes}};
    cli::print(boost::json::serialize(answer));
  } else {
    cli::print(options.folder);
  }
  Console(everywhere).say(thousands(made.files) + " files, " + megabytes(made.bytes));
  return 0;
}

}  // namespace

void add_unzip(CLI::App& app, Run& run) {
  auto options = std::make_shared<UnzipOptions>();
  CLI::App* command = app.add_subcommand("unzip", "Extracts a zip safely: all of it, or nothing");
  command->footer(
      "A MEMBER is a name, a folder's name or a glob. The folder is made when it is new.\nExamples:\n"
      "  daypack unzip any.zip -d folder\n  daypack unzip any.zip 'docs/**/*.md' -x drafts\n"
      "  daypack unzip any.zip -p README.md");
  command->add_option("ZIP", options->archive, "The zip")->required();
  command->add_option("MEMBER", options->members, "What to extract; all without it");
  command->add_option("--directory,-d", options->folder, "Where to (default: here)")->check(is_named, "");
  command->add_option("--exclude,-x", options->exclude, "A name or glob to leave out, repeatable")
      ->allow_extra_args(false);
  command->add_flag("--print,-p", options->print, "Print the contents instead, one after the other");
  command->add_flag("--overwrite,-o", options->overwrite, "Replace files that are there");
  add_read_options(*command, options->read);
  command->callback(
      [options, &run] { run = [options](const Everywhere& everywhere) { return unzip(*options, everywhere); }; });
}

}  // namespace cli
