// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "lithops_config.hpp"

#include <daypack/archive.hpp>

#include <boost/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

// How Lithops names what it deploys, and what it keeps of it (lithops 3.8.0: backends/*, storage/storage.py, read on
// 2026-11-22).
namespace cli {

// "380" of "3.8.0"
std::string without_dots(std::string version);

// So many hexadecimal digits of the text's SHA-1.
std::string short_hash(std::string_view text, std::size_t digits);

// Error{usage} when Lithops' storage is another one: what is asked for, else what the configuration says, else this.
void check_storage(const LithopsConfig& config, const std::string& asked, const std::string& expected);

// Keys of the configuration go where the cloud's own tools look for them: pairs of a key's name and a variable. Where
// it has the first, variables of the others are not believed.
void lend_keys(const LithopsConfig& config, std::initializer_list<const char*> sections,
               std::span<const std::pair<const char*, const char*>> keys);

// What a runtime has answered when it was asked for its metadata. Error{verification} for anything else.
boost::json::object metadata_in(const std::string& answer, bool failed, const std::string& worker);

// Where a runtime's metadata lies in Lithops' storage: "lithops.runtimes/aws_lambda/3.8.0/....meta.json".
std::string metadata_path(const std::string& key);

// A text as stores take it.
daypack::Archive archive_of(const std::string& text);

// Lithops believes the copies in ~/.lithops/cache before it asks its storage.
void keep_locally(const std::string& key, const std::string& text);
void forget_locally(const std::string& key);

}  // namespace cli
