// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/net/http_date.ipp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/fetch.hpp>

#include <charconv>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

// How fetch_wheels() downloads one wheel; only impl/wheel/fetch.ipp includes this file.
namespace daypack::detail {

inline std::string wheel_subject(const PinnedFile& file, std::string_view got, std::string_view expected) {
  return file.file + " (got " + std::string(got) + ", expected " + std::string(expected) + ')';
}

inline void check_wheel_bytes(const PinnedFile& file, const Sha256& got, std::uint64_t size) {
  static constexpr const char* hint =
      "lock again if the file was replaced on purpose; otherwise do not trust where it comes from";
  if (file.size != 0 && size != file.size) {
    throw Error(Errc::hash_mismatch, "a wheel has not the size that the lock names",
                wheel_subject(file, std::to_string(size) + " bytes", std::to_string(file.size) + " bytes"), hint);
  }
  if (got.hex() != file.sha256) {
    throw Error(Errc::hash_mismatch, "a wheel has not the sha256 that the lock names",
                wheel_subject(file, got.hex(), file.sha256), hint);
  }
}

// "bytes 7-9/10" (RFC 9110, 14.4). `total` is zero for "*".
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t total = 0;

  static std::optional<ContentRange> parse(std::string_view text) {
    ContentRange range;
    std::uint64_t last = 0;
    const auto number = [&](std::string_view prefix, std::uint64_t& value) {
      if (!text.starts_with(prefix)) return false;
      text.remove_prefix(prefix.size());
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
      return error == std::errc();
    };
    if (!number("bytes ", range.first) || !number("-", last) || last < range.first) return std::nullopt;
    if (text == "/*") return range;
    if (!number("/", range.total) || !text.empty() || last >= range.total) return std::nullopt;
    return range;
  }
};

// What is kept of an answer beside the beginning of its body, to ask for the rest: how the server tells this version
// of the file from others, and the size of the whole. No URL: it may hold a login, and a mirror has the same bytes.
struct PartNote {
  std::string validator = {};  // for If-Range; empty when the server gives none that is good for it
  std::uint64_t total = 0;     // zero: not told

  // A weak tag must not stand in If-Range; a date only if the file had not changed within the second of the answer (RFC
  // 9110, 13.1.5 and 8.8.2.2).
  static PartNote of(const HttpResponse& head) {
    PartNote note;
    const auto tag = head.header("ETag"), changed = head.header("Last-Modified"), now = head.header("Date");
    if (tag) {
      if (tag->starts_with('"')) note.validator = *tag;
    } else if (changed && now) {
      const auto then = http_date(*changed), answered = http_date(*now);
      if (then && answered && *then < *answered) note.validator = *changed;
    }
    const std::string_view length = head.header("Content-Length").value_or("");
    std::from_chars(length.data(), length.data() + length.size(), note.total);
    return note;
  }

  static PartNote parse(std::string_view text) {
    PartNote note;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return note;
    std::from_chars(text.data(), text.data() + end, note.total);
    note.validator = trimmed(text.substr(end + 1));
    return note;
  }

  std::string text() const { return std::to_string(total) + '\n' + validator + '\n'; }
};

// One wheel on its way from the network into the cache. What arrives stays there, for another attempt and another run.
class WheelDownload {
 public:
  using Moved = std::function<void(std::int64_t)>;  // told of bytes that arrived, or turned out to be in vain

  WheelDownload(const PinnedFile& file, const Context& ctx, const FetchOptions& options, Moved moved)
      : file_(file),
        ctx_(ctx),
        options_(options),
        moved_(std::move(moved)),
        part_(ctx.cache().part({"wheels", file.sha256})) {}

  // False while another thread or process downloads it.
  bool acquire() { return part_->acquire(); }

  // Until the other one is done, or does not get on any more: then this one is on its own.
  void wait() {
    ctx_.note(file_.file, "another build downloads it; this one waits");
    std::uint64_t seen = part_->size();
    auto since = ctx_.clock().now();
    while (!part_->acquire()) {
      ctx_.clock().sleep(std::chrono::milliseconds(20), ctx_.stop());
      ctx_.check_stop();
      const auto now = ctx_.clock().now();
      if (const std::uint64_t size = part_->size(); size != seen) {
        seen = size;
        since = now;
      }
      if (now - since <= options_.patience) continue;
      ctx_.warn(file_.file, "another build that downloads it does not get on; it is downloaded here too");
      part_ = std::make_unique<UnkeptPart>(ctx_.cache(), CacheKey{"wheels", file_.sha256});
    }
  }

  Blob run() {
    if (recall()) return part_->commit();
    if (fetched(false)) return part_->commit();
    ctx_.warn(file_.file, "the rest of a download did not fit its beginning; it is fetched again as a whole");
    forget({});
    fetched(true);
    return part_->commit();
  }

 private:
  // Thrown out of an answer whose body is not worth reading.
  struct Misfit {};

  // Takes up what an earlier run has left; whether that is all.
  bool recall() {
    note_ = PartNote::parse(part_->note());
    const Blob kept = part_->kept();
    const std::uint64_t whole = file_.size != 0 ? file_.size : note_.total;
    if (kept.size() == 0) return false;
    if (whole == 0 || kept.size() < whole) {
      read_in_pieces(kept, [&](ByteView bytes) { hasher_.update(bytes); });
      arrived(kept.size());
      ctx_.note(file_.file, "an earlier download is continued after " + std::to_string(size_) + " bytes");
      return false;
    }
    if (kept.size() == whole && sha256_of(kept.bytes).hex() == file_.sha256) {
      arrived(kept.size());
      return true;
    }
    forget({});
    return false;
  }

  void arrived(std::uint64_t bytes) {
    size_ += bytes;
    moved_(static_cast<std::int64_t>(bytes));
  }

  // Begins at zero, with an answer of which this is known.
  void forget(const PartNote& note) {
    moved_(-static_cast<std::int64_t>(size_));
    size_ = 0;
    hasher_ = Sha256Hasher();
    resumed_ = false;
    note_ = note;
    part_->restart(note.total == 0 && note.validator.empty() ? "" : note.text());
  }

  // False when a download that broke off was continued, and the parts are not the wheel: then nothing is kept.
  // The last go takes every fault for an error.
  bool fetched(bool last) {
    HttpResponse response;
    try {
      response = answered();
    } catch (const Misfit&) {
      if (!last) return false;
      throw Error(Errc::network, "a server gives another part of a wheel than it was asked for",
                  file_.file + " from " + redacted(file_.url), "run again");
    }
    const bool refused = size_ != 0 && response.status == 416;  // there is no such rest (RFC 9110, 15.5.17)
    if (refused && !last) return false;
    check_answer(response);
    const Sha256 digest = hasher_.finish();
    if (!last && resumed_ && digest.hex() != file_.sha256) return false;
    try {
      check_wheel_bytes(file_, digest, size_);
    } catch (const Error&) {
      forget({});
      throw;
    }
    return true;
  }

  // The attempts that the policy grants, and as many again whenever they have brought the download on.
  HttpResponse answered() {
    static constexpr std::uint64_t worth_it = 1 << 20;
    for (;;) {
      const std::uint64_t before = size_;
      try {
        return attempted();
      } catch (const LastingNetworkError& error) {
        throw_named(error);
      } catch (const Error& error) {
        if (error.code() != Errc::network) throw;
        if (size_ < before + worth_it) throw_named(error);
        ctx_.warn(file_.file, error.message() + ": " + error.subject() + "; it goes on, for " + std::to_string(size_) +
                                  " bytes are there");
      }
    }
  }

  HttpResponse attempted() {
    const auto told = [&](const RetryNotice& notice) {
      const std::string seconds = std::to_string((notice.wait.count() + 500) / 1000);
      ctx_.warn(file_.file, notice.reason + "; attempt " + std::to_string(notice.attempt + 1) + " of " +
                                std::to_string(notice.attempts) + " in " + seconds + " s");
    };
    const auto begin = [&](HttpRequest& request) { return sink_of(request); };
    return send_with_retry(ctx_.http(), ctx_.clock(), {.url = file_.url}, begin, options_.retry, ctx_.stop(), told);
  }

  // What a connection says knows neither the wheel nor the way out.
  [[noreturn]] void throw_named(const Error& error) const {
    Fault fault = error.fault();
    fault.subject = file_.file + " from " + fault.subject;
    if (fault.hint.empty()) fault.hint = "check the network and HTTPS_PROXY, then run again: what has arrived is kept";
    throw Error(std::move(fault));
  }

  // Where something has arrived already, the rest is asked for. An answer of 206 continues (RFC 9110, 14.2 and 15.3.7),
  // any other begins again.
  BodySink sink_of(HttpRequest& request) {
    if (size_ != 0) {
      request.headers.emplace_back("Range", "bytes=" + std::to_string(size_) + "-");
      if (!note_.validator.empty()) request.headers.emplace_back("If-Range", note_.validator);
    }
    request.on_head = [&](const HttpResponse& head) {
      if (size_ == 0 || head.status != 206) return forget(PartNote::of(head));
      const auto range = ContentRange::parse(head.header("Content-Range").value_or(""));
      const std::uint64_t whole = file_.size != 0 ? file_.size : note_.total;
      if (!range || range->first != size_ || (range->total != 0 && whole != 0 && range->total != whole)) throw Misfit{};
      resumed_ = true;
    };
    return [&](ByteView bytes) {
      hasher_.update(bytes);
      part_->write(bytes);
      arrived(bytes.size());
    };
  }

  void check_answer(const HttpResponse& response) const {
    const std::string where = file_.file + " from " + redacted(response.url);
    const int status = response.status;
    if (status / 100 != 2) {
      const bool gone = status == 404 || status == 410;
      throw Error(gone ? Errc::not_found : Errc::network, "a server did not give a wheel",
                  where + " (status " + std::to_string(status) + ')', way_out(response));
    }
    const auto length = response.header("Content-Length");
    if (length && status != 206 && *length != std::to_string(size_)) {
      throw Error(Errc::network, "a wheel arrived cut off",
                  where + " (got " + std::to_string(size_) + " bytes, expected " + std::string(*length) + ')',
                  "run again: what has arrived is kept");
    }
  }

  std::string way_out(const HttpResponse& response) const {
    switch (response.status) {
      case 401:
      case 403:
        return "put a login for this host into ~/.netrc, or user:password@ into the URL of the index";
      case 404:
      case 410:
        return "the file was removed from its index: lock again";
      case 407:
        return "put user:password@ into the proxy's URL";
      default:
        break;
    }
    const auto field = response.header("Retry-After");
    const auto asked = field ? retry_after(*field, ctx_.clock().now()) : std::nullopt;
    if (asked) return "the server asks to come back in " + std::to_string((asked->count() + 999) / 1000) + " s";
    return is_transient_status(response.status) ? "run again later: what has arrived is kept" : "";
  }

  const PinnedFile& file_;
  const Context& ctx_;
  const FetchOptions& options_;
  Moved moved_;
  std::unique_ptr<CachePart> part_;
  PartNote note_;
  Sha256Hasher hasher_;
  std::uint64_t size_ = 0;
  bool resumed_ = false;  // of several answers
};

}  // namespace daypack::detail
