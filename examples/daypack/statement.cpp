// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/report/statement.hpp>

#include <memory>

namespace cli {

namespace {

struct StatementOptions {
  std::string zip = {}, output = {}, predicate = "provenance";
  daypack::Builder builder = {};
};

int state(const StatementOptions& options) {
  const daypack::ArchiveFile file = daypack::read_archive_file(options.zip);
  const std::string sha256 = file.sha256.hex();
  const auto name = daypack::detail::last_component(options.zip);
  if (options.predicate == "provenance") {
    give(daypack::provenance_statement(file.manifest(), sha256, name, options.builder), options.output);
  } else {
    const auto reader = daypack::zip::Reader::of(file.bytes, options.zip);
    give(daypack::cyclonedx_statement(file.manifest(), reader, sha256, name), options.output);
  }
  return 0;
}

}  // namespace

void add_statement(CLI::App& app, Run& run) {
  auto options = std::make_shared<StatementOptions>();
  CLI::App* command =
      app.add_subcommand("statement", "What a package is made of, as an in-toto statement about the zip: to be signed");
  command->footer(
      "It reads the zip and the manifest beside it. Examples:\n  daypack statement out.zip -o out.intoto.json\n"
      "  cosign attest-blob --statement out.intoto.json --bundle out.sigstore.json\n"
      "  daypack statement out.zip --predicate cyclonedx");
  command->add_option("ZIP", options->zip, "A package that daypack has built")->required();
  command->add_option("--output,-o", options->output, "Where to, standard output by default");
  command->add_option("--predicate", options->predicate, "provenance (SLSA Provenance v1, the default) or cyclonedx")
      ->check(CLI::IsMember({"provenance", "cyclonedx"}));
  command->add_option("--builder", options->builder.id, "The URI of who builds, in provenance: what verifiers trust");
  command->callback([options, &run] { run = [options](const Everywhere&) { return state(*options); }; });
}

}  // namespace cli
