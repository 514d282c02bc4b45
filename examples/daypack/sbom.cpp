// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/report/sbom.hpp>

#include <memory>

namespace cli {

namespace {

struct SbomOptions {
  std::string zip = {}, output = {};
};

int write(const SbomOptions& options) {
  const daypack::ArchiveFile file = daypack::read_archive_file(options.zip);
  const auto reader = daypack::zip::Reader::of(file.bytes, options.zip);
  give(daypack::cyclonedx(file.manifest(), reader, file.sha256.hex(), daypack::detail::last_component(options.zip)),
       options.output);
  return 0;
}

}  // namespace

void add_sbom(CLI::App& app, Run& run) {
  auto options = std::make_shared<SbomOptions>();
  CLI::App* command = app.add_subcommand("sbom", "A bill of materials of a package, CycloneDX 1.6 as JSON");
  command->footer("It reads the zip and the manifest beside it. Example:\n  daypack sbom out.zip -o out.cdx.json");
  command->add_option("ZIP", options->zip, "A package that daypack has built")->required();
  command->add_option("--output,-o", options->output, "Where to, standard output by default");
  command->callback([options, &run] { run = [options](const Everywhere&) { return write(*options); }; });
}

}  // namespace cli
