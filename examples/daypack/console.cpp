// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/standard.hpp>

#include <boost/json.hpp>

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace cli {

namespace {

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// Columns of the terminal, so that a live line never wraps.
std::size_t width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80U;
}

// A terminal that cannot take back what it shows, such as a log or the shell of an editor.
bool only_appends() {
  const char* const kind = std::getenv("TERM");
  return kind != nullptr && std::string_view(kind) == "dumb";
}

// The text in lines of so many columns, broken at spaces where there are any.
std::vector<std::string> folded(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (text.size() - at > columns) {
    const std::size_t space = text.rfind(' ', at + columns);
    const bool broken = space == std::string::npos || space <= at;
    const std::size_t end = broken ? at + columns : space;
    lines.push_back(text.substr(at, end - at));
    at = broken ? end : end + 1;
  }
  lines.push_back(text.substr(at));
  return lines;
}

std::string amount(std::uint64_t value, const std::string& unit) {
  return unit == "bytes" ? megabytes(value) : thousands(value) + ' ' + unit;
}

}  // namespace

std::string megabytes(std::uint64_t bytes) { return daypack::detail::size_words(bytes); }

void print(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void give(const std::string& document, const std::string& path) {
  if (path.empty()) {
    std::fwrite(document.data(), 1, document.size(), stdout);
    return;
  }
  daypack::detail::write_file(path, document);
  print(path);
}

std::string thousands(std::uint64_t count) { return daypack::detail::grouped_digits(count); }

std::string seconds(double value) { return fixed(value, value < 10 ? 2 : 1) + " s"; }

Console::Console(const Everywhere& options)
    : quiet_(options.quiet), verbose_(options.verbose > 0), terminal_(::isatty(STDERR_FILENO) != 0) {
  live_ = !quiet_ && (options.progress == "always" || (options.progress == "auto" && terminal_ && !only_appends()));
}

daypack::Observer Console::observer() {
  return [this](const daypack::Event& event) {
    const std::scoped_lock lock(mutex_);
    std::visit([this](const auto& e) { show(e); }, event);
  };
}

void Console::clear_line() {
  if (line_is_open_) std::fputs("\r\033[K", stderr);
  line_is_open_ = false;
}

void Console::say(const std::string& line) {
  if (quiet_) return;
  const std::scoped_lock lock(mutex_);
  clear_line();
  std::fprintf(stderr, "%s\n", line.c_str());
}

void Console::table(const std::vector<std::pair<std::string, std::string>>& rows) {
  if (quiet_ || !terminal_) return;
  std::size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, row.first.size());
  const std::size_t columns = width() - 1, beside = widest + 4;
  const bool stacked = columns < beside + 20;  // no room for values beside their labels
  for (const auto& [label, value] : rows) {
    const bool alone = beside + value.size() > columns && (stacked || value.size() + 4 <= columns);
    const std::string indent(alone ? 4 : beside, ' ');
    std::string before = "  " + label;
    if (alone || value.empty()) {
      for (const std::string& line : folded(before, columns)) say(line);
      if (value.empty()) continue;
      before = indent;
    }
    before.resize(indent.size(), ' ');
    for (const std::string& line : folded(value, columns - indent.size())) {
      say(before + line);
      before = indent;
    }
  }
}

void Console::show(const daypack::StageBegan& event) {
  if (!live_) return;
  clear_line();
  std::fprintf(stderr, "%s ...", event.stage.c_str());
  std::fflush(stderr);
  line_is_open_ = true;
}

void Console::show(const daypack::Advanced& event) {
  if (!live_) return;
  std::string line = event.stage + ' ';
  if (event.total > 0) {
    const std::uint64_t done = std::min(event.done, event.total);
    const auto filled = static_cast<std::size_t>(20 * done / event.total);
    line +=
        '[' + std::string(filled, '#') + std::string(20 - filled, ' ') + "] " + amount(event.done, event.unit) + " of ";
  }
  line += amount(event.total > 0 ? event.total : event.done, event.unit);
  clear_line();
  std::fputs(line.substr(0, width() - 1).c_str(), stderr);
  std::fflush(stderr);
  line_is_open_ = true;
}

void Console::show(const daypack::StageEnded& event) {
  stages_.emplace_back(event.stage, event.elapsed.count());
  say(event.stage + std::string(event.stage.size() < 10 ? 10 - event.stage.size() : 0, ' ') + ' ' +
      seconds(event.elapsed.count()));
}

void Console::show(const daypack::Remark& event) {
  remarks_.push_back(event);
  const bool warning = event.severity == daypack::Remark::Severity::warning;
  if (!warning && !verbose_) return;
  say((warning ? "warning: " : "note: ") + (event.subject.empty() ? "" : daypack::redacted(event.subject) + ": ") +
      daypack::redacted(event.message));
}

void Console::tell_new(const Console& other) {
  for (const daypack::Remark& one : other.remarks_) {
    if (told_.insert(one.stage + '\n' + one.subject + '\n' + one.message).second) show(one);
  }
  for (const daypack::Finding& one : other.findings_) {
    if (told_.insert(one.check + '\n' + one.subject + '\n' + one.message).second) show(one);
  }
}

// Errors are told once, by the error that they end in.
void Console::show(const daypack::Finding& event) {
  findings_.push_back(event);
  const bool warning = event.severity == daypack::Severity::warning;
  if (event.severity == daypack::Severity::error || (!warning && !verbose_)) return;
  say((warning ? "warning: " : "note: ") + daypack::redacted(event.message) + ": " + daypack::redacted(event.subject));
  if (verbose_ && !event.hint.empty()) say("  hint: " + daypack::redacted(event.hint));
}

daypack::RemoteCacheOptions remote_cache_of(const Everywhere& options) {
  daypack::RemoteCacheOptions remote{.url = options.remote_cache, .read_only = options.remote_cache_mode == "read"};
  const std::chrono::seconds patience(options.remote_cache_patience);
  remote.loss = patience;
  remote.silence = std::chrono::milliseconds(patience) / 2;
  remote.farewell = std::chrono::milliseconds(patience) * 3 / 2;
  const char* const field = std::getenv("DAYPACK_REMOTE_CACHE_HEADER");
  if (!field || !*field) return remote;
  const auto [name, value] = daypack::detail::split_once(field, ':');
  if (name.size() == std::string_view(field).size())
    throw daypack::Error(daypack::Errc::usage, "DAYPACK_REMOTE_CACHE_HEADER is no field of HTTP", {},
                         "write it as Name: value");
  remote.headers.emplace_back(name, daypack::detail::trimmed(value));
  return remote;
}

daypack::RequestLog request_log_of(const Everywhere& options, Console& console) {
  if (options.verbose < 2) return {};
  return [&console](const std::string& text) { console.say(text); };
}

daypack::Context context_of(const Everywhere& options, Console& console, bool offline) {
  return daypack::standard_context({.jobs = options.jobs,
                                    .cache_folder = options.cache_folder,
                                    .remote_cache = remote_cache_of(options),
                                    .offline = offline,
                                    .observer = console.observer(),
                                    .stop = options.stop,
                                    .on_request = request_log_of(options, console)});
}

boost::json::object error_json(const daypack::Error& error) {
  boost::json::array causes;
  for (const daypack::Fault& cause : error.causes()) {
    causes.push_back(boost::json::object{{"code", daypack::to_string(cause.code)},
                                         {"message", cause.message},
                                         {"subject", cause.subject},
                                         {"hint", cause.hint}});
  }
  return {{"code", daypack::to_string(error.code())},
          {"stage", error.stage()},
          {"message", daypack::redacted(error.message())},
          {"subject", daypack::redacted(error.subject())},
          {"hint", daypack::redacted(error.hint())},
          {"causes", std::move(causes)},
          {"text", error.what()}};
}

void print_error(const daypack::Error& error, bool json, const std::string& of) {
  if (json) print(boost::json::serialize(boost::json::object{{"error", error_json(error)}}));
  const std::string stage = error.stage().empty() ? "" : error.stage() + ": ";
  std::fprintf(stderr, "error: %s%s%s\n", of.empty() ? "" : (of + ": ").c_str(), stage.c_str(), error.what());
}

}  // namespace cli
