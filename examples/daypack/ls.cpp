// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/zip/name.hpp>
#include <daypack/zip/reader.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <memory>

namespace cli {

namespace {

struct LsOptions {
  std::string path = {};
  daypack::zip::ReadOptions read = {};
};

std::string octal(std::uint32_t mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%06o", mode);
  return text;
}

std::string hexadecimal(std::uint32_t crc) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", crc);
  return text;
}

boost::json::object object_of(const daypack::zip::Member& member) {
  return {{"path", member.name},
          {"mode", octal(member.unix_mode)},
          {"size", member.size},
          {"compressed", member.data.size()},
          {"method", daypack::zip::method_name(member.method)},
          {"crc32", hexadecimal(member.crc32)},
          {"encrypted", member.encrypted()}};
}

// Contents are not read: this shows what the headers say, after they have been found to agree.
int list(const LsOptions& options, const Everywhere& everywhere) {
  const auto reader = daypack::zip::Reader::of(daypack::detail::map_file(options.path), options.path, options.read);
  if (everywhere.json) {
    boost::json::array entries;
    for (const daypack::zip::Member& member : reader.members()) entries.push_back(object_of(member));
    print(boost::json::serialize(boost::json::object{{"entries", std::move(entries)}}));
    return 0;
  }
  for (const daypack::zip::Member& member : reader.members()) {
    std::printf("%s %12llu %12llu %-9s %s %s\n", octal(member.unix_mode).c_str(),
                static_cast<unsigned long long>(member.size), static_cast<unsigned long long>(member.data.size()),
                (member.encrypted() ? "encrypted" : daypack::zip::method_name(member.method)).c_str(),
                hexadecimal(member.crc32).c_str(), daypack::zip::printable(member.name).c_str());
  }
  return 0;
}

}  // namespace

void add_ls(CLI::App& app, Run& run) {
  auto options = std::make_shared<LsOptions>();
  CLI::App* command = app.add_subcommand("ls", "What is in a zip; a faulty one is refused");
  command->footer(
      "Columns: mode, size, compressed size, method, CRC-32, path.\nExamples:\n  daypack ls any.zip\n  daypack ls "
      "any.zip --json\n  daypack ls six-1.16.0-py2.py3-none-any.whl --strict");
  command->add_option("ZIP", options->path, "The zip")->required();
  add_read_options(*command, options->read);
  command->callback(
      [options, &run] { run = [options](const Everywhere& everywhere) { return list(*options, everywhere); }; });
}

}  // namespace cli
