// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Deploys a zip to Function Compute as test/interop/aliyun_function.py wants it: deploy_aliyun function|layer FILE
// JSON, the options of aliyun::Function or aliyun::LayerVersion as an object, beside them "python". Prints the
// deployment as JSON, what is told on the way on the other stream.
#include <daypack/archive_file.hpp>
#include <daypack/providers/aliyun_function.hpp>
#include <daypack/providers/aliyun_layer.hpp>
#include <daypack/providers/service.hpp>
#include <daypack/standard.hpp>

#include <boost/json.hpp>
#include <iostream>

using namespace daypack;
namespace json = boost::json;

namespace {

// Sets members that are told.
class Told {
 public:
  explicit Told(const json::object& told) : told_(told) {}

  void operator()(const char* name, std::string& to) const {
    if (const json::value* value = told_.if_contains(name)) to = value->as_string();
  }
  void operator()(const char* name, bool& to) const {
    if (const json::value* value = told_.if_contains(name)) to = value->as_bool();
  }
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(const char* name, Number& to) const {
    if (const json::value* value = told_.if_contains(name)) to = value->to_number<Number>();
  }
  template <class Others>
  void operator()(const char* name, Others& to) const {
    if (const json::value* value = told_.if_contains(name)) to = json::value_to<Others>(*value);
  }

 private:
  const json::object& told_;
};

template <class Provider>
Provider common_of(const Told& told) {
  Provider wanted;
  told("name", wanted.name);
  told("description", wanted.description);
  told("keep_versions", wanted.keep_versions);
  told("bucket", wanted.bucket);
  told("dry_run", wanted.dry_run);
  int patience = 20;
  told("patience", patience);
  wanted.patience = std::chrono::seconds(patience);
  return wanted;
}

Deployment deploy_function(const Told& told, const Archive& archive, Context& context) {
  auto wanted = common_of<aliyun::Function>(told);
  told("role", wanted.role);
  told("handler", wanted.handler);
  told("memory", wanted.memory);
  told("cpu", wanted.cpu);
  told("timeout", wanted.timeout);
  told("disk", wanted.disk);
  told("variables", wanted.environment);
  told("environment_exact", wanted.environment_exact);
  std::vector<std::string> layers{"unsaid"};
  told("layers", layers);
  if (layers != std::vector<std::string>{"unsaid"}) wanted.layers = layers;
  told("tags", wanted.tags);
  told("publish", wanted.publish);
  told("alias", wanted.alias);
  told("weight", wanted.weight);
  std::string payload, expect;
  told("smoke", payload);
  told("expect", expect);
  if (!payload.empty()) wanted.smoke = Smoke{payload, expect};
  return wanted.deliver(archive, context);
}

Deployment deploy_layer(const Told& told, const Archive& archive, Context& context) {
  auto wanted = common_of<aliyun::LayerVersion>(told);
  told("runtimes", wanted.runtimes);
  told("functions", wanted.functions);
  return wanted.deliver(archive, context);
}

void tell(const Event& event) {
  if (const auto* remark = std::get_if<Remark>(&event))
    std::cerr << remark->subject << ": " << remark->message << std::endl;
}

}  // namespace

int main(int, char** arguments) try {
  const json::object object = json::parse(arguments[3]).as_object();
  const Told told(object);
  Manifest manifest;
  manifest.python = "3.10";
  manifest.arch = "x86_64";
  told("python", manifest.python);
  const ArchiveFile file = read_archive_file(arguments[2]);
  const Archive archive({file.bytes}, file.sha256, std::move(manifest));
  Context context = standard_context({.observer = tell});
  const bool function = std::string_view(arguments[1]) == "function";
  const Deployment live = function ? deploy_function(told, archive, context) : deploy_layer(told, archive, context);
  std::cout << json::serialize(json::object{
                   {"id", live.id}, {"digest", live.digest}, {"version", live.version}, {"unchanged", live.unchanged}})
            << '\n';
  return 0;
} catch (const Error& error) {
  std::cerr << error.what() << '\n';
  return exit_code(error.code());
}
