// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/stored.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/gathered.hpp>
#include <daypack/detail/spill.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/zip/writer_checks.ipp>
#include <daypack/impl/zip/writer_content.ipp>
#include <daypack/impl/zip/writer_stream.ipp>
#include <daypack/run/ordered.hpp>
#include <daypack/zip/writer.hpp>

#include <map>
#include <optional>
#include <string>

namespace daypack::zip {

namespace detail {

class SinkOutput final : public Output {
 public:
  explicit SinkOutput(const Sink& sink) : sink_(sink) {}
  void copy(ByteView bytes) override { sink_(bytes); }
  void borrow(const Blob& blob) override { sink_(blob.bytes); }
  Blob hold(ByteView bytes) override { return (held_ ? *held_ : held_.emplace(std::uint64_t{32} << 20)).append(bytes); }
  void release() override { held_.reset(); }

 private:
  const Sink& sink_;
  std::optional<daypack::detail::SpillBuffer> held_;
};

class RopeOutput final : public Output {
 public:
  RopeOutput(std::vector<Blob>& segments, const Sink& seen) : segments_(segments), seen_(seen) {}

  void copy(ByteView bytes) override {
    if (seen_) seen_(bytes);
    Blob copy = owned_.append(bytes);
    if (!segments_.empty()) {
      Blob& last = segments_.back();
      if (last.owner == copy.owner && last.bytes.data() + last.size() == copy.bytes.data()) {
        last.bytes = ByteView(last.bytes.data(), last.size() + copy.size());
        return;
      }
    }
    segments_.push_back(std::move(copy));
  }

  void borrow(const Blob& blob) override {
    if (seen_) seen_(blob.bytes);
    daypack::detail::release_pages(blob);
    segments_.push_back(blob);
  }

  Blob hold(ByteView bytes) override { return owned_.append(bytes); }
  void release() override {}  // the rope is made of what is held

 private:
  daypack::detail::SpillBuffer owned_;
  std::vector<Blob>& segments_;
  const Sink& seen_;
};

// Where only the sizes count.
class NoOutput final : public Output {
  void copy(ByteView) override {}
  void borrow(const Blob&) override {}
  Blob hold(ByteView) override { return {}; }
  void release() override {}
};

// Parts of one entry, until its last one tells the sizes that the header has to say.
class Joining {
 public:
  Joining(Output& output, Stream& stream, KnownStreams* streams)
      : output_(output), stream_(stream), streams_(streams) {}

  // A part's bytes are kept in the output's own way: they may be more than the window.
  void add(Piece part) {
    if (!whole_.failure) whole_.failure = part.failure;
    whole_.crc32 =
        static_cast<std::uint32_t>(::crc32_combine(whole_.crc32, part.crc32, static_cast<z_off_t>(part.size)));
    whole_.size += part.size;
    deflated_ += deflated_size(part);
    if (part.body.size() != 0) part.body = output_.hold(part.body.bytes);
    parts_.push_back(std::move(part));
  }

  // All of the entry, when it is what it claims.
  const Piece& whole(const Entry& entry) {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    if (member && !whole_.failure && whole_.crc32 != member->crc32)
      whole_.failure =
          std::make_shared<const daypack::Fault>(daypack::detail::damaged_member(entry, Fault::crc_mismatch));
    return whole_;
  }

  // Throws Error{unreadable} when a content that has to be read a second time is another by then.
  void write(const Entry& entry, bool keeps) {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    const bool deflated = deflated_ < (keeps ? member->data.size() : whole_.size);
    const bool learns = streams_ && Contents::at_hand(entry) && (!deflated || deflated_ <= most_gathered);
    gathers_ = learns && deflated;
    if (!deflated && keeps) {
      stream_.add(entry, Contents::splice(*member));
    } else {
      whole_.method = deflated ? method_deflated : method_stored;
      stream_.begin(entry, whole_, deflated ? deflated_ : whole_.size);
      write_parts(entry, deflated);
    }
    if (learns) streams_->learn(entry, Contents::content_of(entry), {whole_.crc32, blob_of(std::move(gathered_))});
  }

  void clear() {
    parts_.clear();
    whole_ = {};
    deflated_ = 0;
    gathered_ = {};
    again_.reset();
    output_.release();
  }

 private:
  // A longer stream is not worth the memory to remember it.
  static constexpr std::uint64_t most_gathered = std::uint64_t{32} << 20;

  void write_parts(const Entry& entry, bool deflated) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      // What is written goes at once: mapped from the temporary file, it would count as memory in use.
      if (const Blob body = std::move(parts_[i].body); deflated && parts_[i].method == method_deflated)
        put(body, true);
      else
        write_again(entry, i, deflated);
    }
  }

  void put(const Blob& bytes, bool lasting) {
    if (gathers_) gathered_ += bytes.text();
    stream_.data(bytes, lasting);
  }

  // A part's content once more. Parts are asked for in order; a stream has to be inflated up to them.
  Blob read_again(const Entry& entry, std::size_t part) {
    if (!Contents::inflated_in_parts(entry)) return Contents::read_part(entry, part);
    if (!again_) again_.emplace(entry), read_again_ = 0;
    for (; read_again_ < part; ++read_again_) again_->read(part_size);
    ++read_again_;
    return again_->read(part_size);
  }

  void write_again(const Entry& entry, std::size_t part, bool deflated) {
    const Blob content = read_again(entry, part);
    if (crc32_of(content.bytes) != parts_[part].crc32)
      throw Error(Errc::unreadable, "a file changed while it was packed", entry.path, "run again");
    const bool lasting = Contents::in_memory(entry);
    if (!deflated) return put(content, lasting);
    put_stored_blocks(content.bytes, part + 1 == parts_.size(),
                      [&](ByteView bytes) { put({bytes, content.owner}, false); });
  }

  Output& output_;
  Stream& stream_;
  KnownStreams* streams_;
  bool gathers_ = false;
  std::string gathered_;
  std::vector<Piece> parts_;
  Piece whole_;
  std::uint64_t deflated_ = 0;
  std::optional<MemberReader> again_;
  std::size_t read_again_ = 0;  // parts
};

// Entries in order of their paths: those that need no work are written as soon as those before them are.
class Writing {
 public:
  Writing(std::span<const Entry> entries, Pool& pool, const WriteOptions& options, Output& output)
      : entries_(entries),
        pool_(pool),
        options_(options),
        contents_(options),
        stream_(output, entries, options.epoch),
        joining_(output, stream_, options.streams) {}

  Written run() {
    recall_large();
    jobs_.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!contents_.needs_work(entries_[i])) continue;
      const auto parts = static_cast<std::uint32_t>(parts_of_entry(static_cast<std::uint32_t>(i)));
      for (std::uint32_t part = 0; part < parts; ++part) jobs_.push_back({static_cast<std::uint32_t>(i), part});
    }
    ordered(
        pool_, jobs_.size(), [&](std::size_t job) { return Contents::cost(entries_[jobs_[job].entry]); },
        window_of(options_, pool_), [&](std::size_t job) { return make(jobs_[job]); },
        [&](std::size_t job, Piece piece) { take(jobs_[job], std::move(piece)); });
    write_ready(entries_.size());
    throw_collected(std::move(faults_), "some entries cannot be packed");
    return stream_.finish();
  }

 private:
  // There is one for each entry, so it is small.
  struct Job {
    std::uint32_t entry = 0, part = 0;
  };

  // The streams of contents that would be deflated in parts are asked for before there are jobs.
  void recall_large() {
    if (!options_.streams) return;
    std::vector<std::uint32_t> large;
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (contents_.needs_work(entry) && Contents::parts(entry) > 1 && Contents::at_hand(entry)) large.push_back(i);
    }
    std::vector<std::optional<Piece>> pieces(large.size());
    pool_.for_each(large.size(), [&](std::size_t i) { pieces[i] = contents_.known(entries_[large[i]]); });
    for (std::size_t i = 0; i < large.size(); ++i) {
      if (pieces[i]) known_.emplace(large[i], std::move(*pieces[i]));
    }
  }

  std::uint64_t parts_of_entry(std::uint32_t entry) const {
    return known_.contains(entry) ? 1 : Contents::parts(entries_[entry]);
  }

  Piece make(const Job& job) {
    check_stop();
    const Entry& entry = entries_[job.entry];
    if (const auto known = known_.find(job.entry); known != known_.end()) return known->second;
    try {
      return Contents::parts(entry) == 1 ? contents_.make(entry) : contents_.make_part(entry, job.part);
    } catch (const Error& error) {
      return {.failure = std::make_shared<const daypack::Fault>(error.fault())};
    }
  }

  void take(const Job& job, Piece piece) {
    write_ready(job.entry);
    const std::uint64_t parts = parts_of_entry(job.entry);
    if (parts == 1) return write(piece);
    check_stop();
    joining_.add(std::move(piece));
    if (job.part + 1 < parts) return;
    finish(joining_.whole(entries_[job.entry]),
           [&](const Entry& entry) { joining_.write(entry, contents_.keeps(entry)); });
    joining_.clear();
  }

  void write_ready(std::size_t end) {
    while (next_ < end) write(contents_.ready(entries_[next_]));
  }

  void write(const Piece& piece) {
    finish(piece, [&](const Entry& entry) { stream_.add(entry, piece); });
  }

  // The next entry: written, unless something has failed.
  template <class Write>
  void finish(const Piece& piece, const Write& write_entry) {
    check_stop();
    const Entry& entry = entries_[next_++];
    if (piece.failure) fail(*piece.failure);
    try {
      if (faults_.empty()) write_entry(entry);
    } catch (const Error& error) {
      if (error.code() != Errc::unreadable) throw;
      fail(error.fault());
    }
    if (options_.progress) options_.progress(next_, entries_.size());
  }

  void fail(const daypack::Fault& fault) {
    faults_.push_back(fault);
    contents_.only_read();
  }

  void check_stop() const {
    if (options_.stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
  }

  std::span<const Entry> entries_;
  Pool& pool_;
  const WriteOptions& options_;
  Contents contents_;
  Stream stream_;
  Joining joining_;
  std::map<std::uint32_t, Piece> known_;  // of entries that would have several parts
  std::vector<Job> jobs_;
  std::size_t next_ = 0;
  std::vector<daypack::Fault> faults_;
};

inline std::optional<std::uint64_t> predicted_zip(std::span<const Entry> entries, const WriteOptions& options) {
  NoOutput output;
  Stream stream(output, entries, options.epoch);
  const bool stores = options.codec.id() == codec::Stored::id();
  for (const Entry& entry : entries) {
    const auto compressed = predicted_data(entry, options.effort, stores);
    if (!compressed) return std::nullopt;
    stream.begin(entry, {.size = size_of(entry.content)}, *compressed);
    stream.skip(*compressed);
  }
  return stream.finish().size;
}

}  // namespace detail

DAYPACK_DECL std::uint64_t header_size(const Entry& entry, std::uint64_t compressed) {
  return detail::DataFacts{.size = size_of(entry.content), .compressed = compressed}.header_size(entry);
}

DAYPACK_DECL std::optional<std::uint64_t> predicted_size(std::span<const Entry> entries, const WriteOptions& options) {
  detail::check_entries(entries);
  return detail::predicted_zip(entries, options);
}

DAYPACK_DECL Written write(std::span<const Entry> entries, Pool& pool, const WriteOptions& options, const Sink& sink) {
  detail::check_entries(entries);
  detail::SinkOutput output(sink);
  return detail::Writing(entries, pool, options, output).run();
}

DAYPACK_DECL Written save(const std::string& path, std::span<const Entry> entries, Pool& pool,
                          const WriteOptions& options, const Sink& seen) {
  detail::check_entries(entries);
  daypack::detail::AtomicFile file(path);
  if (const auto size = detail::predicted_zip(entries, options)) file.reserve(*size);
  daypack::detail::Gathered gathered([&](ByteView bytes) { file.write(bytes); });
  const Written written = write(entries, pool, options, [&](ByteView bytes) {
    if (seen) seen(bytes);
    gathered.take(bytes);
  });
  gathered.flush();
  file.commit(false);
  return written;
}

DAYPACK_DECL Rope write_rope(std::span<const Entry> entries, Pool& pool, const WriteOptions& options,
                             const Sink& seen) {
  detail::check_entries(entries);
  Rope rope;
  rope.segments.reserve(entries.size() * 2 + 2);
  detail::RopeOutput output(rope.segments, seen);
  rope.written = detail::Writing(entries, pool, options, output).run();
  return rope;
}

}  // namespace daypack::zip
