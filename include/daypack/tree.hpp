// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/entry.hpp>
#include <daypack/ledger.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What will lie in the package: entries sorted by path, unique, never changed once made. A copy costs one pointer.
class Tree {
 public:
  struct Total {
    std::size_t entries = 0;
    std::uint64_t bytes = 0;  // of the contents, inflated
  };
  using Predicate = std::function<bool(const Entry&)>;

  Tree() = default;

  // Sorts the entries by the bytes of their paths and checks them.
  // Throws Error{unsafe_path} for a name that is empty, absolute, has "." or ".." or an empty component, a backslash,
  // NUL or a control character, or is not UTF-8; Error{conflict} where one path stands twice (with equal bytes and mode
  // it is one entry) or a file is also a folder.
  DAYPACK_DECL static Tree of(std::vector<Entry> entries, Ledger ledger = {});

  std::span<const Entry> entries() const noexcept {
    return data_ ? std::span<const Entry>(*data_->entries) : std::span<const Entry>();
  }
  auto begin() const noexcept { return entries().begin(); }
  auto end() const noexcept { return entries().end(); }
  std::size_t size() const noexcept { return entries().size(); }
  bool empty() const noexcept { return entries().empty(); }

  // Whether this is a copy of that one, told without a look at the entries.
  bool is_copy_of(const Tree& other) const noexcept { return data_ == other.data_; }

  // The entry at a path; nothing when there is none. Logarithmic.
  DAYPACK_DECL const Entry* find(std::string_view path) const;
  DAYPACK_DECL Total total() const;

  // What the stages before did to it.
  const Ledger& ledger() const noexcept { return data_ ? data_->ledger : empty_ledger(); }
  // The same entries with more lines in the ledger.
  DAYPACK_DECL Tree with_ledger(Ledger more) const;

  // Only the entries that the predicate keeps.
  DAYPACK_DECL Tree filter(const Predicate& keep) const;
  // Each entry that matches becomes what the function makes of it; paths may change.
  DAYPACK_DECL Tree rewrite(const Predicate& matches, const std::function<Entry(const Entry&)>& change) const;
  // All but the entries whose path matches a glob ("**" crosses folders; see walk/glob.hpp). Noted in the ledger.
  DAYPACK_DECL Tree without(std::string_view glob) const;
  // Both together. One path with different bytes or modes: Error{conflict} that names both sources.
  DAYPACK_DECL Tree merge(const Tree& other) const;
  // All paths below a folder, e.g. under("python"), those of the ledger too.
  DAYPACK_DECL Tree under(std::string_view folder) const;

  // The distributions that entries come from, sorted by name.
  DAYPACK_DECL std::vector<std::shared_ptr<const Distribution>> distributions() const;

 private:
  using Entries = std::shared_ptr<const std::vector<Entry>>;
  struct Data {
    Entries entries;
    Ledger ledger;
  };
  static const Ledger& empty_ledger() noexcept {
    static const Ledger none;
    return none;
  }
  DAYPACK_DECL static Tree sorted(std::vector<Entry> entries, Ledger ledger);
  DAYPACK_DECL static Tree sharing(Entries entries, Ledger ledger);

  std::shared_ptr<const Data> data_;
};

// Why a path may not stand in a package, e.g. "has a '..' component"; empty when it may.
DAYPACK_DECL std::string_view unsafe_path_reason(std::string_view path);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/tree.ipp>
#endif
