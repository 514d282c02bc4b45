// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "runtime_session.hpp"

#include <daypack/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

// The columns of Lithops' table, as its tabulate writes them.
using Row = std::array<std::string, 4>;

std::string table_of(const std::vector<Row>& rows) {
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    const std::size_t padding = &row == &rows.front() ? 2 : 0;
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + padding);
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      text += i == 1 ? space + row[i] : i + 1 == row.size() ? row[i] : row[i] + space;
      text += i + 1 == row.size() ? "\n" : "  ";
    }
    if (&row != &rows.front()) continue;
    for (std::size_t i = 0; i < widths.size(); ++i)
      text += std::string(widths[i], '-') + (i + 1 == widths.size() ? "\n" : "  ");
  }
  return text;
}

}  // namespace

std::optional<int> number_of(const std::string& text, const char* what) {
  if (text.empty()) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1)
    throw Error(Errc::usage, std::string(what) + " is a number", text + " (expected one from 1)");
  return number;
}

std::vector<DeployedRuntime> named(const RuntimeSession& session,
                                   const std::function<bool(const DeployedRuntime&)>& wanted) {
  std::vector<DeployedRuntime> found = session.runtimes->list(session.context);
  std::erase_if(found, [&](const auto& one) { return one.name != session.options.name || !wanted(one); });
  if (!found.empty()) return found;
  throw Error(Errc::not_found, "there is no such runtime", session.options.name,
              "daypack runtime list -b " + std::string(session.backend.name) + " shows what there is");
}

int list_runtimes(RuntimeSession& session) {
  std::vector<DeployedRuntime> found = session.runtimes->list(session.context);
  const std::string& name = session.options.name;
  if (!name.empty() && name != "all") std::erase_if(found, [&](const auto& one) { return one.name != name; });
  std::ranges::sort(found, {}, [](const auto& one) { return std::tie(one.name, one.version, one.memory); });
  std::vector<Row> rows{{"Runtime Name", "Memory Size", "Lithops Version", "Worker Name"}};
  boost::json::array all;
  for (const DeployedRuntime& one : found) {
    rows.push_back({one.name, std::to_string(one.memory), one.version, one.worker});
    all.push_back(boost::json::object{
        {"runtime", one.name}, {"memory", one.memory}, {"lithops_version", one.version}, {"worker", one.worker}});
  }
  print(session.everywhere.json ? boost::json::serialize(boost::json::object{{"runtimes", std::move(all)}})
                                : table_of(rows) + "\nTotal runtimes: " + std::to_string(found.size()));
  return 0;
}

int delete_runtimes(RuntimeSession& session) {
  const auto memory = number_of(session.options.memory, "--memory");
  const std::string& version = session.options.version;
  boost::json::array all;
  for (const DeployedRuntime& one : named(session, [&](const auto& runtime) {
         return (!memory || runtime.memory == *memory) && (version.empty() || runtime.version == version);
       })) {
    if (!session.options.dry_run) {
      session.runtimes->remove(one, session.context);
      session.runtimes->forget(session.runtimes->key_of(one), session.context);
    }
    all.push_back(boost::json::string(one.worker));
    if (!session.everywhere.json) print(one.worker);
    session.console.say((session.options.dry_run ? "would be deleted: " : "deleted: ") + one.name + ", " +
                        std::to_string(one.memory) + " MB, Lithops " + one.version);
  }
  if (session.everywhere.json) print(boost::json::serialize(boost::json::object{{"deleted", std::move(all)}}));
  return 0;
}

}  // namespace cli
