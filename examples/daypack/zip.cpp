// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/stages/zip.hpp>
#include <daypack/walk/walk.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <memory>

namespace cli {

namespace {

struct ZipOptions {
  std::vector<std::string> sources = {};
  std::vector<std::string> exclude = {};
  std::string effort = "balanced";
  std::string output = {};
};

daypack::Entry entry_of(const daypack::Found& found, std::string file, std::string path) {
  return {.path = std::move(path),
          .mode = found.executable ? daypack::Mode::executable : daypack::Mode::file,
          .content = daypack::FileRange{.file = std::make_shared<const std::string>(std::move(file)), .size = found.size}};
}

// Everything below the folders, with no ignore rules: the zip core alone. A file lies at the root under its own name.
daypack::Tree tree_of(const ZipOptions& options, daypack::Pool& pool) {
  std::vector<daypack::Entry> entries;
  for (std::string source : options.sources) {
    while (source.size() > 1 && source.ends_with('/')) source.pop_back();
    const daypack::Found root = daypack::look_at(source);
    if (root.kind != daypack::FileKind::folder) {
      entries.push_back(entry_of(root, source, source.substr(source.rfind('/') + 1)));
      continue;
    }
    for (const daypack::Found& found : daypack::walk(source, {.pool = &pool})) {
      entries.push_back(entry_of(found, source + '/' + found.path, found.path));
    }
  }
  daypack::Tree tree = daypack::Tree::of(std::move(entries));
  for (const std::string& glob : options.exclude) tree = tree.without(glob);
  return tree;
}

void write_to_stdout(const daypack::Archive& archive) {
  archive.pour([](daypack::ByteView bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
      throw daypack::Error(daypack::Errc::unwritable, "cannot write to standard output");
    }
  });
}

int zip(const ZipOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console).in_stage("Zip");
  const daypack::Tree tree = tree_of(options, context.pool());
  const daypack::Archive archive = daypack::Zip<>{.effort = effort_of(options.effort)}(tree, context);
  if (options.output == "-") {
    write_to_stdout(archive);
    return 0;
  }
  archive.save(options.output);
  if (everywhere.json) {
    const boost::json::object answer{{"path", options.output},
                                     {"sha256", archive.sha256().hex()},
                                     {"size", archive.size()},
                                     {"unpacked", tree.total().bytes},
                                     {"entries", tree.size()}};
    std::printf("%s\n", boost::json::serialize(answer).c_str());
  } else {
    std::printf("%s\n", options.output.c_str());
  }
  console.say(thousands(tree.size()) + " entries, " + megabytes(tree.total().bytes) + " in " + megabytes(archive.size()) + ", sha256 " +
              archive.sha256().hex());
  return 0;
}

}  // namespace

void add_zip(CLI::App& app, Run& run) {
  auto options = std::make_shared<ZipOptions>();
  CLI::App* command = app.add_subcommand("zip", "A faster, reproducible zip -r9q");
  command->footer("Examples:\n  daypack zip build/ -o out.zip\n  daypack zip build/ app.py -o out.zip -x '**/tests/**' --effort smallest");
  command->add_option("SOURCE", options->sources, "Folders, whose content lies at the root of the zip, and files")->required();
  command->add_option("--output,-o", options->output, "The zip; - for standard output")->required()->check(is_named, "");
  command->add_option("--exclude,-x", options->exclude, "A glob of paths to leave out, repeatable")->allow_extra_args(false);
  command->add_option("--effort", options->effort, "fast, balanced, smallest or a level from 1 to 12");
  command->callback([options, &run] { run = [options](const Everywhere& everywhere) { return zip(*options, everywhere); }; });
}

}  // namespace cli
