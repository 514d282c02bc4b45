// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Puts a file into a bucket as test/interop/s3.py wants it: put_s3 FILE JSON, the options of aws::S3 as an object,
// beside them "remove": true. Prints what has become of it as JSON, what is told on the way on the other stream.
#include <daypack/archive_file.hpp>
#include <daypack/providers/aws_client.hpp>
#include <daypack/providers/s3.hpp>
#include <daypack/standard.hpp>

#include "put_tool.hpp"

using namespace daypack;

namespace {

aws::S3 options_of(const support::ToldOptions& told) {
  aws::S3 to;
  told.text("bucket", to.bucket);
  told.text("key", to.key);
  told.text("prefix", to.prefix);
  told.text("region", to.access.region);
  told.text("encryption", to.encryption);
  told.text("kms_key", to.kms_key);
  told.text("storage_class", to.storage_class);
  told.text("content_type", to.content_type);
  told.text("owner", to.owner);
  told.flag("path_style", to.path_style);
  told.flag("checksums", to.checksums);
  told.number("single_up_to", to.single_up_to);
  told.number("part_size", to.part_size);
  told.number("parallel", to.parallel);
  told.texts("metadata", to.metadata);
  return to;
}

}  // namespace

int main(int, char** arguments) {
  return support::tell_result([&] {
    const support::ToldOptions told(arguments[2]);
    const Context context = standard_context({.observer = support::tell, .stop = support::stopping.get_token()});
    const aws::S3 to = options_of(told);
    const auto session = std::make_shared<aws::Session>(context, to.access);
    const aws::StoredObject object = to.put(read_archive(arguments[1]), session, context);
    if (told.has("remove")) to.remove(object, session, context);
    return boost::json::object{{"bucket", object.bucket},      {"key", object.key}, {"version", object.version},
                               {"etag", object.etag},          {"url", object.url}, {"region", object.region},
                               {"unchanged", object.unchanged}};
  });
}
