// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/s3_uploads.ipp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

// The parts of one upload on their way, several at once.
namespace daypack::detail::s3 {

class PartSender {
 public:
  PartSender(const aws::S3& to, const Bucket& bucket, const Archive& archive, const Context& context)
      : to_(to), bucket_(bucket), pieces_(archive), context_(context), total_(archive.size()) {}

  const Pieces& pieces() const { return pieces_; }

  // All parts that have no ETag. Throws what the lowest of those that failed has thrown, when no part is on its way any
  // more.
  void send(const std::string& id, std::vector<Part>& parts) {
    std::vector<Part*> missing;
    done_ = 0;
    for (Part& part : parts) {
      if (part.etag.empty())
        missing.push_back(&part);
      else
        done_ += part.size;
    }
    next_ = 0;
    failed_ = nullptr;
    context_.advance(done_, total_, "bytes");
    const auto work = [&] { serve(id, missing); };
    const std::size_t threads =
        std::min<std::size_t>(to_.parallel == 0 ? 8 : static_cast<std::size_t>(to_.parallel), missing.size());
    {
      std::vector<std::jthread> others;
      try {
        for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
      } catch (const std::system_error&) {  // no more threads: those that there are do it
      }
      work();
    }
    if (failed_) std::rethrow_exception(failed_);
  }

 private:
  void serve(const std::string& id, const std::vector<Part*>& missing) {
    for (;;) {
      const std::size_t index = next_++;
      if (index >= missing.size()) return;
      try {
        context_.check_stop();
        send_patiently(id, *missing[index]);
        context_.advance(done_ += missing[index]->size, total_, "bytes");
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        if (!failed_ || index < failed_at_) {
          failed_ = std::current_exception();
          failed_at_ = index;
        }
        next_ = missing.size();
      }
    }
  }

  // The client asks three times within a second or so; a network is sometimes gone for longer.
  void send_patiently(const std::string& id, Part& part) {
    for (int wait : {1, 4, 0}) {
      try {
        return send_part(id, part);
      } catch (const LastingNetworkError&) {
        throw;
      } catch (const Error& error) {
        if (error.code() != Errc::network || wait == 0) throw;
        context_.note(bucket_.id(), "part " + std::to_string(part.number) + ": " + error.message() +
                                        "; trying again in " + std::to_string(wait) + " s");
      }
      context_.clock().sleep(std::chrono::seconds(wait), context_.stop());
      context_.check_stop();
    }
  }

  void send_part(const std::string& id, Part& part) {
    const std::vector<Blob> blobs = pieces_.range(part.begin, part.size);
    part.crc64 = crc64_of_blobs(blobs);
    const std::string crc = crc64_text(*part.crc64);
    HttpHeaders headers;
    // Over TLS the checksum will do; else nobody may change the body on its way.
    if (to_.checksums) headers.emplace_back("x-amz-checksum-crc64nvme", crc);
    headers.emplace_back("x-amz-content-sha256", to_.checksums && bucket_.is_secure()
                                                     ? std::string(aws::unsigned_payload)
                                                     : sha256_of_blobs(blobs).hex());
    const HttpResponse response =
        bucket_.call({.method = "PUT",
                      .headers = std::move(headers),
                      .body = views_of(blobs),
                      .permission = bucket_.to_write(),
                      .doing = "cannot upload part " + std::to_string(part.number)},
                     "?partNumber=" + std::to_string(part.number) + "&uploadId=" + aws::uri_encoded(id));
    release(blobs);
    check_kept(bucket_.id(), "part " + std::to_string(part.number), field_of(response, "x-amz-checksum-crc64nvme"),
               crc);
    std::string etag = field_of(response, "ETag");
    if (etag.empty()) throw Error(Errc::network, "a store took a part and gave no ETag", bucket_.id());
    part.etag = std::move(etag);
  }

 public:
  // Whether what the store says it has kept is what was sent; a store that says nothing is believed.
  static void check_kept(const std::string& id, const std::string& what, const std::string& got,
                         const std::string& expected) {
    if (got.empty() || got == expected) return;
    throw Error(Errc::verification, "the store has kept other bytes than were sent",
                id + ", " + what + " (got checksum " + got + ", expected " + expected + ')', "upload again");
  }

 private:
  const aws::S3& to_;
  const Bucket& bucket_;
  const Pieces pieces_;
  const Context& context_;
  std::uint64_t total_;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::exception_ptr failed_;
  std::size_t failed_at_ = 0;
};

}  // namespace daypack::detail::s3
