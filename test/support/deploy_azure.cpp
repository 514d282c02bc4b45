// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Deploys a file as test/interop/azure_functions.py wants it: deploy_azure FILE JSON, the options of azure::ZipDeploy
// as an object, or with a "container" those of azure::RunFromPackage. Prints what has become of it as JSON, what is
// told on the way on the other stream.
#include <daypack/archive_file.hpp>
#include <daypack/providers/azure_functions.hpp>
#include <daypack/standard.hpp>

#include "put_tool.hpp"

using namespace daypack;

namespace {

template <class Provider>
Provider provider_of(const support::ToldOptions& told) {
  Provider to;
  told.text("app", to.app.name);
  told.text("group", to.app.resource_group);
  told.text("slot", to.app.slot);
  told.text("management_url", to.access.management_url);
  told.text("connection_string", to.access.connection_string);
  told.texts("environment", to.environment);
  told.flag("dry_run", to.dry_run);
  return to;
}

Deployment deployed(const support::ToldOptions& told, const Archive& archive, Context& context) {
  if (told.has("container")) {
    auto to = provider_of<azure::RunFromPackage>(told);
    told.text("container", to.container);
    told.text("identity", to.identity);
    return to.deliver(archive, context);
  }
  auto to = provider_of<azure::ZipDeploy>(told);
  told.number("memory", to.memory);
  told.text("publish_profile", to.publish_profile);
  told.text("scm_url", to.scm_url);
  return to.deliver(archive, context);
}

}  // namespace

int main(int, char** arguments) {
  return support::tell_result([&] {
    const support::ToldOptions told(arguments[2]);
    Context context = standard_context({.observer = support::tell, .stop = support::stopping.get_token()});
    const Deployment live = deployed(told, read_archive(arguments[1]), context);
    return boost::json::object{
        {"id", live.id}, {"url", live.url}, {"version", live.version}, {"unchanged", live.unchanged}};
  });
}
