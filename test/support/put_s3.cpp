// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Puts a file into a bucket as test/interop/{s3,oss}.py want it: put_s3 FILE JSON, the options of aws::S3, or with
// "store": "oss" of aliyun::Oss, as an object, beside them "remove": true. Prints what has become of it as JSON, what
// is told on the way on the other stream.
#include <daypack/archive_file.hpp>
#include <daypack/providers/aws_client.hpp>
#include <daypack/providers/oss.hpp>
#include <daypack/providers/s3.hpp>
#include <daypack/standard.hpp>

#include <boost/json.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <stop_token>

using namespace daypack;
namespace json = boost::json;

namespace {

std::stop_source stopping;

template <class Store>
Store options_of(const json::object& told) {
  const auto text = [&](const char* name, std::string& to) {
    if (const json::value* value = told.if_contains(name)) to = value->as_string();
  };
  Store to;
  text("bucket", to.bucket);
  text("key", to.key);
  text("prefix", to.prefix);
  text("region", to.access.region);
  text("encryption", to.encryption);
  text("kms_key", to.kms_key);
  text("storage_class", to.storage_class);
  text("content_type", to.content_type);
  if constexpr (requires { to.owner; }) text("owner", to.owner);
  if (const json::value* value = told.if_contains("path_style")) to.path_style = value->as_bool();
  if constexpr (requires { to.checksums; }) {
    if (const json::value* value = told.if_contains("checksums")) to.checksums = value->as_bool();
  }
  if (const json::value* value = told.if_contains("single_up_to")) to.single_up_to = value->to_number<std::uint64_t>();
  if (const json::value* value = told.if_contains("part_size")) to.part_size = value->to_number<std::uint64_t>();
  if (const json::value* value = told.if_contains("parallel")) to.parallel = value->to_number<int>();
  if (const json::value* value = told.if_contains("metadata")) {
    for (const auto& [name, item] : value->as_object()) to.metadata[std::string(name)] = item.as_string();
  }
  return to;
}

// The most memory that this process has had, in bytes; getrusage() would count its parent's too.
std::int64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

// Progress too, so that a test knows when to break in.
void tell(const Event& event) {
  if (const auto* remark = std::get_if<Remark>(&event))
    std::cerr << (remark->severity == Remark::Severity::note ? "note: " : "warning: ") << remark->subject << ": "
              << remark->message << std::endl;
  if (const auto* advanced = std::get_if<Advanced>(&event))
    std::cerr << "advanced: " << advanced->done << " of " << advanced->total << std::endl;
}

template <class Store, class Session>
void put(const char* file, const json::object& told) {
  const Context context = standard_context({.observer = tell, .stop = stopping.get_token()});
  const auto to = options_of<Store>(told);
  const auto session = std::make_shared<Session>(context, to.access);
  const auto object = to.put(read_archive(file), session, context);
  if (told.contains("remove")) to.remove(object, session, context);
  std::cout << json::serialize(json::object{{"bucket", object.bucket},
                                            {"key", object.key},
                                            {"version", object.version},
                                            {"etag", object.etag},
                                            {"url", object.url},
                                            {"region", object.region},
                                            {"unchanged", object.unchanged},
                                            {"memory", peak_memory()}})
            << '\n';
}

}  // namespace

int main(int, char** arguments) try {
  std::signal(SIGTERM, [](int) { stopping.request_stop(); });
  const json::object told = json::parse(arguments[2]).as_object();
  if (told.contains("store"))
    put<aliyun::Oss, aliyun::Session>(arguments[1], told);
  else
    put<aws::S3, aws::Session>(arguments[1], told);
  return 0;
} catch (const ServiceError& error) {
  std::cerr << error.answer().code << ' ' << error.answer().status << '\n' << error.what() << '\n';
  return 5;
} catch (const Error& error) {
  std::cerr << error.what() << '\n';
  return exit_code(error.code());
}
