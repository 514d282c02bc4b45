// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace daypack::support {

// Sets an environment variable, or with nullptr removes it, until the end of the scope.
class Variable {
 public:
  Variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    value ? ::setenv(name_.c_str(), value, 1) : ::unsetenv(name_.c_str());
  }
  Variable(std::string name, const std::string& value) : Variable(std::move(name), value.c_str()) {}
  ~Variable() { before_ ? ::setenv(name_.c_str(), before_->c_str(), 1) : ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace daypack::support
