// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/event.hpp>
#include <daypack/providers/service.hpp>

#include <boost/json.hpp>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <stop_token>
#include <string>

// What programs have in common that put a file into a store, for test/interop: put_... FILE JSON.
namespace daypack::support {

// The options that a test has written down, one by one.
class ToldOptions {
 public:
  explicit ToldOptions(const char* text) : told_(boost::json::parse(text).as_object()) {}

  bool has(const char* name) const { return told_.contains(name); }
  void text(const char* name, std::string& to) const {
    if (const auto* value = told_.if_contains(name)) to = value->as_string();
  }
  template <class Number>
  void number(const char* name, Number& to) const {
    if (const auto* value = told_.if_contains(name)) to = value->to_number<Number>();
  }
  template <class Flag>
  void flag(const char* name, Flag& to) const {
    if (const auto* value = told_.if_contains(name)) to = value->as_bool();
  }
  void texts(const char* name, std::map<std::string, std::string>& to) const {
    if (const auto* value = told_.if_contains(name)) {
      for (const auto& [key, item] : value->as_object()) to[std::string(key)] = item.as_string();
    }
  }

 private:
  boost::json::object told_;
};

// The most memory that this process has had, in bytes; getrusage() would count its parent's too.
inline std::int64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

// Progress too, so that a test knows when to break in.
inline void tell(const Event& event) {
  if (const auto* remark = std::get_if<Remark>(&event))
    std::cerr << (remark->severity == Remark::Severity::note ? "note: " : "warning: ") << remark->subject << ": "
              << remark->message << std::endl;
  if (const auto* advanced = std::get_if<Advanced>(&event))
    std::cerr << "advanced: " << advanced->done << " of " << advanced->total << std::endl;
}

inline std::stop_source stopping;

// Prints what the work gives as JSON, what is told on the way on the other stream; the exit code.
inline int tell_result(const std::function<boost::json::object()>& work) {
  std::signal(SIGTERM, [](int) { stopping.request_stop(); });
  try {
    boost::json::object result = work();
    result["memory"] = peak_memory();
    std::cout << boost::json::serialize(result) << '\n';
    return 0;
  } catch (const ServiceError& error) {
    std::cerr << error.answer().code << ' ' << error.answer().status << '\n' << error.what() << '\n';
    return 5;
  } catch (const Error& error) {
    std::cerr << error.what() << '\n';
    return exit_code(error.code());
  }
}

}  // namespace daypack::support
