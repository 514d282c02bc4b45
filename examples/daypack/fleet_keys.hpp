// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <map>
#include <string>

namespace cli {

// The keys of a function in a fleet: the options of build by their long names, as the command line itself knows them,
// and "packages" for its arguments.
class FleetKeys {
 public:
  FleetKeys();

  bool knows(const std::string& key) const { return flags_.contains(key); }
  // Whether its value is true or false.
  bool is_flag(const std::string& key) const { return flags_.at(key); }
  // The key that is the most like this word.
  std::string nearest(const std::string& word) const;

 private:
  std::map<std::string, bool> flags_;
};

}  // namespace cli
