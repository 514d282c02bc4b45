// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Puts a file into a container as test/interop/azure_blob.py wants it: put_azure FILE JSON, the options of azure::Blob
// as an object, beside them "remove": true and "sas": true. Prints what has become of it as JSON, what is told on the
// way on the other stream.
#include <daypack/archive_file.hpp>
#include <daypack/providers/azure_blob.hpp>
#include <daypack/standard.hpp>

#include "put_tool.hpp"

using namespace daypack;

namespace {

azure::Blob options_of(const support::ToldOptions& told) {
  azure::Blob to;
  told.text("container", to.container);
  told.text("name", to.name);
  told.text("prefix", to.prefix);
  told.text("content_type", to.content_type);
  told.text("account", to.access.storage_account);
  told.text("blob_url", to.access.blob_url);
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
    const azure::Blob to = options_of(told);
    const auto session = std::make_shared<azure::Session>(context, to.access);
    const azure::StoredBlob blob = to.put(read_archive(arguments[1]), session, context);
    const auto now = context.clock().now();
    boost::json::object result{{"container", blob.container}, {"name", blob.name}, {"version", blob.version},
                               {"etag", blob.etag},           {"url", blob.url},   {"unchanged", blob.unchanged}};
    if (told.has("sas"))
      result["sas"] = azure::sas_url(blob, *session, now - std::chrono::minutes(5), now + std::chrono::hours(1));
    if (told.has("remove")) to.remove(blob, session, context);
    return result;
  });
}
