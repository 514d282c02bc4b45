// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/test/unit_test.hpp>

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/bytecode/pyc.hpp>
#include <daypack/context.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>

#include <memory>
#include <string>
#include <vector>

// The CPythons of this host, one for each minor release that is there; at least that of python3.
inline const std::vector<daypack::Interpreter>& pythons() {
  static const std::vector<daypack::Interpreter> found = [] {
    std::vector<daypack::Interpreter> list;
    daypack::BoostRunner runner;
    for (const daypack::PycMagic& known : daypack::pyc_magics) {
      try {
        list.push_back(daypack::find_interpreter(known.python, "", runner, {}));
      } catch (const daypack::Error&) {
      }
    }
    if (list.empty()) list.push_back(daypack::interpreter_at("python3", runner, {}));
    return list;
  }();
  return found;
}

// Real processes and so many threads; what is remarked is collected when asked for.
inline daypack::Services services_with(std::size_t threads, std::vector<std::string>* remarks = nullptr) {
  daypack::Services services{.pool = std::make_shared<daypack::Pool>(threads),
                             .runner = std::make_shared<daypack::BoostRunner>()};
  if (remarks) {
    services.observer = [remarks](const daypack::Event& event) {
      if (const auto* remark = std::get_if<daypack::Remark>(&event))
        remarks->push_back(remark->subject + ": " + remark->message);
    };
  }
  return services;
}

inline auto error_is(daypack::Errc code, std::string words) {
  return [=](const daypack::Error& error) {
    const bool right = error.code() == code && std::string(error.what()).find(words) != std::string::npos;
    if (!right) BOOST_TEST_MESSAGE("got " << to_string(error.code()) << ": " << error.what());
    return right;
  };
}
