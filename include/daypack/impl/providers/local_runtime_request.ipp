// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

// A request of the runtime, while it is read.
namespace daypack::detail::lambda {

namespace beast = boost::beast;
namespace http = boost::beast::http;

// In a container of its own: Beast's (1.81) takes no field above 64 KiB, and the cause of an error travels in one, up
// to 1 MiB. Trailers are fields like those of the header.
class Request : public http::basic_parser<true> {
 public:
  Request() {
    header_limit(4 << 20);
    body_limit(boost::none);  // what is too large for an answer is read, and not kept
  }

  http::verb method = http::verb::unknown;
  std::string path;
  std::string body;

  // A field's value, empty when there is none.
  std::string field(std::string_view name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? std::string() : found->second;
  }

 private:
  using Error = beast::error_code;

  struct NoCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const {
      return beast::iless()(beast::string_view(a.data(), a.size()), beast::string_view(b.data(), b.size()));
    }
  };

  static std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

  void on_request_impl(http::verb verb, beast::string_view, beast::string_view target, int, Error&) override {
    method = verb;
    path = text_of(target);
  }
  void on_response_impl(int, beast::string_view, int, Error&) override {}
  void on_field_impl(http::field, beast::string_view name, beast::string_view value, Error&) override {
    fields_.insert_or_assign(text_of(name), text_of(value));
  }
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(beast::string_view part, Error&) override {
    body.append(part.data(), part.size());
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view part, Error& error) override {
    return on_body_impl(part, error);
  }
  void on_finish_impl(Error&) override {}

  std::map<std::string, std::string, NoCase> fields_;
};

}  // namespace daypack::detail::lambda
