// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/context.hpp>
#include <daypack/impl/providers/parts.ipp>
#include <daypack/providers/service.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// How an archive comes into an object store, whoever's it is: nothing is sent that lies there already, what was
// interrupted is continued, lost answers are found out, and nothing is left behind that nobody goes on with.
namespace daypack::detail::parts {

// One object of a store, and what can be done with it. Its Facts are what the store tells of the object, with `size`.
template <class S>
concept object_store =
    requires(const S& store, const typename S::Facts& facts, const std::string& id, const std::vector<std::string>& ids,
             std::vector<Part>& parts, bool only_new, const ServiceError& error) {
      { store.id() } -> std::same_as<std::string>;  // for messages: "s3://bucket/key"
      // Named by its content: whatever lies there may not be overwritten, and need not be.
      { store.is_content_key() } -> std::same_as<bool>;
      { store.single_up_to() } -> std::same_as<std::uint64_t>;
      { store.part_size() } -> std::same_as<std::uint64_t>;
      { store.find() } -> std::same_as<std::optional<typename S::Facts>>;  // nothing: none there, or nobody may look
      { store.same_bytes(facts) } -> std::same_as<bool>;
      { store.differences(facts) } -> std::same_as<std::string>;  // in settings, in words; empty: none
      { store.put_whole(only_new) } -> std::same_as<typename S::Facts>;
      { store.open() } -> std::same_as<std::vector<std::string>>;  // uploads of this key that have not ended
      { store.fits(id, parts) } -> std::same_as<bool>;    // all that has arrived is ours; tells it to the parts
      { store.begin(ids) } -> std::same_as<std::string>;  // another than these
      store.send(id, parts);
      { store.complete(id, parts, only_new) } -> std::same_as<typename S::Facts>;
      { store.is_proven(facts) } -> std::same_as<bool>;  // the answer to complete() has told what is kept
      store.abort(id);
      // Somebody was there first, or an answer of ours was lost; and of these, that the key is taken.
      { S::may_be_settled(error) } -> std::same_as<bool>;
      { S::is_taken(error) } -> std::same_as<bool>;
    };

template <object_store Store>
class ObjectUpload {
 public:
  using Facts = typename Store::Facts;
  struct Outcome {
    Facts facts = {};
    bool unchanged = false;
  };

  ObjectUpload(const Store& store, const Archive& archive, const Context& context)
      : store_(store), archive_(archive), context_(context) {}

  Outcome run() {
    if (auto there = find_same()) return {std::move(*there), true};
    Outcome outcome{archive_.size() <= store_.single_up_to() ? whole() : in_parts()};
    context_.advance(archive_.size(), archive_.size(), "bytes");
    return outcome;
  }

 private:
  // What lies under the key, when it is what we would put there.
  std::optional<Facts> find_same() const {
    auto there = store_.find();
    if (!there) return std::nullopt;
    const bool same = store_.same_bytes(*there);
    if (!same && store_.is_content_key()) {
      throw Error(Errc::conflict, "other bytes lie under the name of the package", got_size(*there),
                  "find out who has put them there; delete the object, or take another prefix");
    }
    const std::string differences = same ? store_.differences(*there) : "";
    if (!differences.empty() && store_.is_content_key())
      context_.warn(store_.id(), "it lies there already, with other settings: " + differences);
    if (!same || (!differences.empty() && !store_.is_content_key())) return std::nullopt;
    return there;
  }

  std::string got_size(const Facts& there) const {
    return store_.id() + " (got " + std::to_string(there.size) + " bytes, expected " + std::to_string(archive_.size()) +
           ')';
  }

  void wait(int seconds) const {
    context_.clock().sleep(std::chrono::seconds(seconds), context_.stop());
    context_.check_stop();
  }

  // After a refusal that may mean that it is done: what lies there counts.
  std::optional<Facts> settled(const ServiceError& error) const {
    if (auto there = find_same()) return there;
    // A key that is taken, and nobody may look at it: its name says what lies there.
    if (Store::is_taken(error) && store_.is_content_key()) return Facts();
    return std::nullopt;
  }

  Facts whole() const {
    context_.advance(0, archive_.size(), "bytes");
    for (int attempt = 1;; ++attempt) {
      try {
        Facts kept = store_.put_whole(store_.is_content_key());
        release(archive_.segments());
        return kept;
      } catch (const ServiceError& error) {
        if (!Store::may_be_settled(error)) throw;
        if (auto there = settled(error)) return std::move(*there);
        if (attempt == 5) throw;
      }
      wait(attempt);
    }
  }

  Facts in_parts() const {
    const std::vector<Part> all = parts_of(archive_.size(), store_.part_size());
    for (int attempt = 1;; ++attempt) {
      std::vector<Part> parts = all;
      const std::vector<std::string> open = store_.open();
      std::string id = attempt == 1 ? interrupted(open, parts) : "";
      const bool resumed = !id.empty();
      std::optional<Facts> taken;
      if (!resumed) id = begun(open, taken);
      if (taken) return std::move(*taken);
      try {
        store_.send(id, parts);
        return checked(store_.complete(id, parts, store_.is_content_key()), resumed);
      } catch (const ServiceError& error) {
        if (!Store::may_be_settled(error)) leave(id, error);
        discard(id);
        if (auto there = settled(error)) return std::move(*there);
        if (attempt == 3) throw;
      } catch (const Error& error) {
        leave(id, error);
      }
      wait(attempt);
    }
  }

  // OSS begins none under a key that somebody has taken meanwhile; then what lies there is told, and the ID is empty.
  std::string begun(const std::vector<std::string>& open, std::optional<Facts>& taken) const {
    try {
      return store_.begin(open);
    } catch (const ServiceError& error) {
      if (Store::is_taken(error)) taken = settled(error);
      if (!taken) throw;
    }
    return {};
  }

  // An upload of these very bytes that has not come to its end; empty when there is none.
  std::string interrupted(const std::vector<std::string>& open, std::vector<Part>& parts) const {
    for (const std::string& id : open) {
      if (!store_.fits(id, parts)) continue;
      const auto there = std::ranges::count_if(parts, [](const Part& part) { return !part.etag.empty(); });
      context_.note(store_.id(), "an interrupted upload is continued: " + std::to_string(there) + " of " +
                                     std::to_string(parts.size()) + " parts are there");
      return id;
    }
    return {};
  }

  // An upload keeps the settings that it was begun with, which nobody tells before it is complete.
  Facts checked(Facts done, bool resumed) const {
    const auto there = resumed || !store_.is_proven(done) ? store_.find() : std::nullopt;
    if (there && !store_.same_bytes(*there))
      throw Error(Errc::verification, "the store has kept other bytes than were sent", got_size(*there),
                  "upload again");
    const std::string differences = there && resumed ? store_.differences(*there) : "";
    if (!differences.empty())
      context_.warn(store_.id(), "the interrupted upload had been begun with other settings: " + differences);
    return done;
  }

  // Nothing stays behind; what cannot be taken away is told.
  void discard(const std::string& id) const {
    try {
      store_.abort(id);
    } catch (const Error& error) {
      context_.warn(store_.id(), "parts of an upload are left behind, which cost storage: upload " + id + " (" +
                                     error.message() + ": " + error.subject() + ')');
    }
  }

  // What may pass is kept, for the next run to go on with; all else is taken away.
  template <class Failure>
  [[noreturn]] void leave(const std::string& id, const Failure& failure) const {
    bool passes = failure.code() == Errc::network || failure.code() == Errc::cancelled;
    if constexpr (std::is_same_v<Failure, ServiceError>) {
      const auto& answer = failure.answer();
      passes = answer.status >= 500 || answer.status == 429 || answer.status == 200 ||
               answer.code.find("Expired") != std::string::npos;
    }
    if (!passes) {
      discard(id);
      throw failure;
    }
    Fault fault = failure.fault();
    const bool lost = failure.code() == Errc::network;
    fault.hint = lost ? "check the network and the endpoint, then " : fault.hint.empty() ? "" : fault.hint + "; ";
    fault.hint += "run again: the parts that have arrived are kept (upload " + id + ')';
    if constexpr (std::is_same_v<Failure, ServiceError>) throw ServiceError(std::move(fault), failure.answer());
    throw Error(std::move(fault));
  }

  const Store& store_;
  const Archive& archive_;
  const Context& context_;
};

}  // namespace daypack::detail::parts
