// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/elf/strip.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/impl/stages/duplicates.ipp>
#include <daypack/impl/stages/strip.ipp>
#include <daypack/stages/duplicates.hpp>
#include <daypack/tree.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// What a stage other than Prune would save.
struct OtherSaving {
  std::string option;  // as the command line has it: "--strip unneeded"
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string risk = {};
};

inline OtherSaving strip_saving(const Tree& tree, elf::Discard what, const Context& context) {
  const auto kinds = binary_kinds(tree, context);
  std::vector<const Entry*> libraries;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const Entry& entry = tree.entries()[i];
    if (kinds[i] == BinaryKind::elf && entry.origin) libraries.push_back(&entry);
  }
  std::atomic<std::uint64_t> files = 0, bytes = 0;
  context.pool().for_each(libraries.size(), [&](std::size_t i) {
    context.check_stop();
    const elf::Stripped stripped = elf::strip(read_content(*libraries[i]), what, strip_least);
    if (!stripped.ok()) return;
    ++files;
    bytes += size_of(libraries[i]->content) - stripped.file.size();
  });
  return {.option = "--strip " + std::string(to_string(what)), .files = files, .bytes = bytes};
}

inline OtherSaving link_saving(const Tree& tree, const Context& context) {
  OtherSaving saving{.option = "--duplicates link"};
  std::vector<Entry> entries(tree.begin(), tree.end());
  Ledger lines;
  for (const EqualGroup& group : equal_groups(tree, Duplicates{}.least, context)) link_group(group, entries, lines);
  for (const LedgerLine& line : lines) saving.bytes += line.bytes - line.bytes_after;
  saving.files = lines.size();
  return saving;
}

// Those that save anything here, in the order of their risk. Each is what it saves alone.
inline std::vector<OtherSaving> other_savings(const Tree& tree, const Context& context) {
  std::vector<OtherSaving> savings;
  const auto add = [&](OtherSaving saving, std::string risk) {
    saving.risk = std::move(risk);
    if (saving.bytes > 0) savings.push_back(std::move(saving));
  };
  OtherSaving debug = strip_saving(tree, elf::Discard::debug, context);
  OtherSaving unneeded = strip_saving(tree, elf::Discard::unneeded, context);
  const bool more = unneeded.bytes > debug.bytes;
  add(std::move(debug), "debuggers know no lines and variables of libraries");
  if (more) add(std::move(unneeded), "debuggers and profilers know fewer names in libraries");
  if (context.target().backend->keeps_symlinks)
    add(link_saving(tree, context), "tools that unpack the zip have to keep its links");
  return savings;
}

// The most that they save together: the stronger strip holds what the weaker does.
inline std::pair<std::string, std::uint64_t> best_others(const std::vector<OtherSaving>& savings) {
  std::string options;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < savings.size(); ++i) {
    const bool weaker =
        savings[i].option == "--strip debug" && i + 1 < savings.size() && savings[i + 1].option == "--strip unneeded";
    if (weaker) continue;
    options += (options.empty() ? "" : " ") + savings[i].option;
    bytes += savings[i].bytes;
  }
  return {options, bytes};
}

}  // namespace daypack::detail
