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

std::string_view method_of(const daypack::zip::Member& member) { return member.deflated() ? "deflated" : "stored"; }

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
  return {{"path", member.name},         {"mode", octal(member.unix_mode)},
          {"size", member.size},         {"compressed", member.data.size()},
          {"method", method_of(member)}, {"crc32", hexadecimal(member.crc32)}};
}

// Contents are not read: this shows what the headers say, after they have been found to agree.
int list(const std::string& path, const Everywhere& everywhere) {
  const daypack::zip::Reader reader = daypack::zip::Reader::of(daypack::detail::map_file(path), path);
  if (everywhere.json) {
    boost::json::array entries;
    for (const daypack::zip::Member& member : reader.members()) entries.push_back(object_of(member));
    std::printf("%s\n", boost::json::serialize(boost::json::object{{"entries", std::move(entries)}}).c_str());
    return 0;
  }
  for (const daypack::zip::Member& member : reader.members()) {
    std::printf("%s %12llu %12llu %-8s %s %s\n", octal(member.unix_mode).c_str(),
                static_cast<unsigned long long>(member.size), static_cast<unsigned long long>(member.data.size()),
                std::string(method_of(member)).c_str(), hexadecimal(member.crc32).c_str(),
                daypack::zip::printable(member.name).c_str());
  }
  return 0;
}

}  // namespace

void add_ls(CLI::App& app, Run& run) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("ls", "What is in a zip; a faulty one is refused");
  command->footer(
      "Columns: mode, size, compressed size, method, CRC-32, path.\nExamples:\n  daypack ls out.zip\n  daypack ls "
      "out.zip --json");
  command->add_option("ZIP", *path, "The zip")->required();
  command->callback([path, &run] { run = [path](const Everywhere& everywhere) { return list(*path, everywhere); }; });
}

}  // namespace cli
