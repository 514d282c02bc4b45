// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/impl/providers/parts.ipp>
#include <daypack/net/http.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace daypack::detail::parts {

// The parts of one upload on their way, several at once.
class PartSender {
 public:
  // Sends one part and sets its etag; called from several threads.
  using SendOne = std::function<void(Part&)>;

  // id: of the object, for messages; total: bytes of all parts; parallel: parts on their way at once, 0: 8.
  PartSender(std::string id, std::uint64_t total, int parallel, const Context& context, SendOne send_one)
      : id_(std::move(id)),
        total_(total),
        parallel_(parallel == 0 ? 8 : static_cast<std::size_t>(parallel)),
        context_(context),
        send_one_(std::move(send_one)) {}

  // All parts that have no ETag. Throws what the lowest of those that failed has thrown, when no part is on its way any
  // more.
  void send(std::vector<Part>& parts) {
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
    const auto work = [&] { serve(missing); };
    {
      std::vector<std::jthread> others;
      try {
        for (std::size_t i = 1; i < std::min(parallel_, missing.size()); ++i) others.emplace_back(work);
      } catch (const std::system_error&) {  // no more threads: those that there are do it
      }
      work();
    }
    if (failed_) std::rethrow_exception(failed_);
  }

 private:
  void serve(const std::vector<Part*>& missing) {
    for (;;) {
      const std::size_t index = next_++;
      if (index >= missing.size()) return;
      try {
        context_.check_stop();
        send_patiently(*missing[index]);
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
  void send_patiently(Part& part) {
    for (int wait : {1, 4, 0}) {
      try {
        return send_one_(part);
      } catch (const LastingNetworkError&) {
        throw;
      } catch (const Error& error) {
        if (error.code() != Errc::network || wait == 0) throw;
        context_.note(id_, "part " + std::to_string(part.number) + ": " + error.message() + "; trying again in " +
                               std::to_string(wait) + " s");
      }
      context_.clock().sleep(std::chrono::seconds(wait), context_.stop());
      context_.check_stop();
    }
  }

  std::string id_;
  std::uint64_t total_;
  std::size_t parallel_;
  const Context& context_;
  SendOne send_one_;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::exception_ptr failed_;
  std::size_t failed_at_ = 0;
};

}  // namespace daypack::detail::parts
