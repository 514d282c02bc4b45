// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/report/sbom.hpp>
#include <daypack/sign/sha256.hpp>

#include <cstdio>
#include <memory>

namespace cli {

namespace {

struct SbomOptions {
  std::string zip = {}, output = {};
};

int write(const SbomOptions& options) {
  const daypack::Blob bytes = daypack::detail::map_file(options.zip);
  const auto reader = daypack::zip::Reader::of(bytes, options.zip);
  const std::string manifest_path = daypack::manifest_path(options.zip);
  const auto manifest = daypack::read_manifest(manifest_path);
  const std::string sha256 = daypack::sha256_of(bytes.bytes).hex();
  if (manifest.sha256 != sha256)
    throw daypack::Error(daypack::Errc::hash_mismatch, "the manifest is of another zip",
                         manifest_path + " (got " + manifest.sha256 + ", expected " + sha256 + ')',
                         "build the package again");
  const std::string text = daypack::cyclonedx(manifest, reader, sha256, options.zip.substr(options.zip.rfind('/') + 1));
  if (options.output.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  daypack::detail::AtomicFile file(options.output);
  file.write(daypack::as_bytes(text));
  file.commit();
  std::printf("%s\n", options.output.c_str());
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
