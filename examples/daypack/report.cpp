// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "report.hpp"
#include "console.hpp"
#include "options.hpp"
#include "packaged.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/report/html.hpp>
#include <daypack/report/text.hpp>

#include <algorithm>
#include <cstdio>
#include <langinfo.h>
#include <locale.h>
#include <memory>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cli {

using namespace daypack;

namespace {

struct ReportOptions {
  std::string zip = {}, html = {}, against = {}, import_times = {};
  bool checks = true;
};

Report report_of_package(const Packaged& package, bool checks, const Context& context) {
  Report report;
  if (!package.manifest) {
    report = report_of(package.reader, package.file.bytes.size());
  } else if (const auto target = target_of(*package.manifest)) {
    report = report_of(*package.manifest, package.file.bytes.size(), target->backend);
    if (checks) report.findings = findings_of(package, *target, context);
  } else {
    report = report_of(*package.manifest, package.file.bytes.size());
  }
  report.name = detail::last_component(package.file.path);
  report.sha256 = package.sha256;
  return report;
}

Report::Against compared(const Packaged& before, const Packaged& after) {
  const bool both = before.manifest && after.manifest;
  Report::Against against{.name = std::string(detail::last_component(before.file.path)), .sha256 = before.sha256, .size = before.file.bytes.size()};
  against.difference = diff(before.reader, after.reader, both ? before.manifest : nullptr, both ? after.manifest : nullptr);
  against.reasons = reasons(against.difference);
  return against;
}

// As wide as the terminal, and in its characters.
TextStyle style_here() {
  winsize size{};
  TextStyle style;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  const locale_t locale = ::newlocale(LC_CTYPE_MASK, "", nullptr);
  style.unicode = locale != nullptr && std::string(::nl_langinfo_l(CODESET, locale)) == "UTF-8";
  if (locale != nullptr) ::freelocale(locale);
  return style;
}

int show(const ReportOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  const Context context = context_of(everywhere, console, true);
  const zip::ReadOptions any_zip{.profile = zip::Profile::general};
  const Packaged package(options.zip, any_zip, console);
  if (!package.file.beside) console.say("no manifest beside " + options.zip + ": distributions, limits and rules are not known");
  Report report = report_of_package(package, options.checks, context);
  if (!options.against.empty()) report.against = compared(Packaged(options.against, any_zip, console), package);
  if (!options.import_times.empty()) {
    report.imports = import_times(detail::map_file(options.import_times).text());
    if (report.imports.empty())
      throw Error(Errc::syntax, "no line tells an import's time", options.import_times, "write it with: python3 -X importtime -c 'import MODULE' 2> FILE");
  }
  if (!options.html.empty()) write_page(report, options.html);
  const std::string text = everywhere.json ? report.json() : !options.html.empty() ? options.html + '\n' : text_of(report, style_here());
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace

void write_page(const Report& report, const std::string& path) {
  detail::AtomicFile file(path);
  file.write(as_bytes(html_of(report)));
  file.commit();
}

void add_report(CLI::App& app, Run& run) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "Where the bytes of a package are, what rules saved, what checks find: a page or a table");
  command->footer("It reads the manifest beside the zip; of a zip without one it tells the files.\n"
                  "Examples:\n  daypack report out.zip\n  daypack report out.zip --html report.html --against old.zip");
  command->add_option("ZIP", options->zip, "A package")->required();
  command->add_option("--html", options->html, "Write one page that needs nothing else, for a browser");
  command->add_option("--against", options->against, "Another zip, an earlier one: tell what differs");
  command->add_option("--import-times", options->import_times, "What python3 -X importtime wrote: tell the slowest modules");
  command->add_flag("!--no-checks", options->checks, "Run no checks");
  command->callback([options, &run] { run = [options](const Everywhere& everywhere) { return show(*options, everywhere); }; });
}

}  // namespace cli
