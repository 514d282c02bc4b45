// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Puts a file into a bucket as test/interop/{s3,oss}.py want it: put_s3 FILE JSON, the options of aws::S3, or with
// "store": "oss" of aliyun::Oss, as an object, beside them "remove": true. Prints what has become of it as JSON, what
// is told on the way on the other stream.
#include <daypack/archive_file.hpp>
#include <daypack/providers/aws_client.hpp>
#include <daypack/providers/oss.hpp>
#include <daypack/providers/s3.hpp>
#include <daypack/standard.hpp>

#include "put_tool.hpp"

using namespace daypack;

namespace {

template <class Store>
Store options_of(const support::ToldOptions& told) {
  Store to;
  told.text("bucket", to.bucket);
  told.text("key", to.key);
  told.text("prefix", to.prefix);
  told.text("region", to.access.region);
  told.text("encryption", to.encryption);
  told.text("kms_key", to.kms_key);
  told.text("storage_class", to.storage_class);
  told.text("content_type", to.content_type);
  if constexpr (requires { to.owner; }) told.text("owner", to.owner);
  told.flag("path_style", to.path_style);
  if constexpr (requires { to.checksums; }) told.flag("checksums", to.checksums);
  told.number("single_up_to", to.single_up_to);
  told.number("part_size", to.part_size);
  told.number("parallel", to.parallel);
  told.texts("metadata", to.metadata);
  return to;
}

template <class Store, class Session>
boost::json::object put(const char* file, const support::ToldOptions& told) {
  const Context context = standard_context({.observer = support::tell, .stop = support::stopping.get_token()});
  const auto to = options_of<Store>(told);
  const auto session = std::make_shared<Session>(context, to.access);
  const auto object = to.put(read_archive(file), session, context);
  if (told.has("remove")) to.remove(object, session, context);
  return {{"bucket", object.bucket}, {"key", object.key},       {"version", object.version},    {"etag", object.etag},
          {"url", object.url},       {"region", object.region}, {"unchanged", object.unchanged}};
}

}  // namespace

int main(int, char** arguments) {
  return support::tell_result([&] {
    const support::ToldOptions told(arguments[2]);
    return told.has("store") ? put<aliyun::Oss, aliyun::Session>(arguments[1], told)
                             : put<aws::S3, aws::Session>(arguments[1], told);
  });
}
