// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/fc_names.ipp>
#include <daypack/impl/providers/function_options.ipp>
#include <daypack/impl/providers/smoke.ipp>
#include <daypack/providers/aliyun_function.hpp>

#include <cmath>

// What a function of Function Compute is set to, beside its code.
namespace daypack::detail::fc {

// vCPU come in steps of 0.05; for each GB of memory there are 0.25 to 1 (documents, "Instance specifications", and
// alibabacloud_fc20230330 4.8.3, read on 2026-11-20).
inline int cpu_steps(double cpu) { return static_cast<int>(std::lround(cpu * 20)); }
inline int least_cpu_steps(int memory) { return std::max(1, (memory * 20 + 4095) / 4096); }
inline int most_cpu_steps(int memory) { return std::min(320, memory * 20 / 1024); }
inline double usual_cpu(int memory) {
  const int steps = std::clamp((memory * 20 + 2047) / 2048, least_cpu_steps(memory), most_cpu_steps(memory));
  return steps / 20.0;
}

inline void check_environment(const std::map<std::string, std::string>& environment) {
  std::uint64_t size = 0;
  for (const auto& [name, value] : environment) {
    function_options::check_variable(name, value);
    if (name.starts_with("FC_")) function_options::refuse_reserved(name);
    size += name.size() + value.size();
  }
  const std::uint64_t limit = aliyun::Fc::policy.limits.environment;
  if (size > limit)
    throw Error(Errc::over_limit, "the environment is too large",
                "got " + std::to_string(size) + " bytes, expected at most " + std::to_string(limit),
                "put large values into a file of the package");
}

inline void check_cpu(double cpu, int memory) {
  const int steps = cpu_steps(cpu);
  if (cpu < 0 || std::abs(steps / 20.0 - cpu) > 1e-6 || steps < 1 || steps > 320)
    throw Error(Errc::usage, "the vCPU are out of range",
                std::to_string(cpu) + " (expected 0.05 to 16, in steps of 0.05)");
  if (memory != 0 && (steps < least_cpu_steps(memory) || steps > most_cpu_steps(memory)))
    throw Error(Errc::usage, "vCPU and memory do not fit",
                std::to_string(cpu) + " for " + std::to_string(memory) + " MB (expected " +
                    std::to_string(least_cpu_steps(memory) / 20.0) + " to " +
                    std::to_string(most_cpu_steps(memory) / 20.0) + ')',
                "leave out the vCPU: they follow the memory");
}

inline void check_options(const aliyun::Function& wanted) {
  const BackendPolicy& policy = aliyun::Fc::policy;
  check_name(policy.function_name, wanted.name, "a function cannot have this name");
  if (!wanted.handler.empty()) function_options::check_handler(wanted.handler);
  if (wanted.memory != 0) {
    function_options::check_range("memory", wanted.memory, policy.memory.least, policy.memory.most, "MB");
    if (wanted.memory % policy.memory.step != 0)
      throw Error(Errc::usage, "the memory is no multiple of 64 MB", std::to_string(wanted.memory) + " MB");
  }
  if (wanted.cpu != 0) check_cpu(wanted.cpu, wanted.memory);
  if (wanted.timeout != 0) function_options::check_range("timeout", wanted.timeout, 1, policy.timeout_most, "s");
  if (wanted.disk != 0 && wanted.disk != 512 && wanted.disk != 10240)
    throw Error(Errc::usage, "the disk is out of range", std::to_string(wanted.disk) + " MB (expected 512 or 10240)");
  if (wanted.concurrency != 0) function_options::check_range("concurrency", wanted.concurrency, 1, 200, "calls");
  check_environment(wanted.environment);
  if (wanted.layers) check_layers(*wanted.layers);
  if (!wanted.role.empty() && !wanted.role.starts_with("acs:ram::"))
    throw Error(Errc::usage, "the role is no ARN", wanted.role, "write it as acs:ram::ACCOUNT:role/NAME");
  if (!wanted.alias.empty())
    check_name({.least = 1, .most = 64, .first = "A-Za-z_"}, wanted.alias, "an alias cannot have this name");
  if (wanted.weight < 0 || wanted.weight > 1)
    throw Error(Errc::usage, "the weight is out of range", std::to_string(wanted.weight) + " (expected 0 to 1)");
  if (wanted.weight < 1 && wanted.alias.empty())
    throw Error(Errc::usage, "only an alias shares its calls between two versions", wanted.name, "name the alias");
  if (wanted.smoke) smoke::check(*wanted.smoke);
}

// The members that have to change; for a function that is none yet, all that is said.
class Settings {
 public:
  Settings(const aliyun::Function& wanted, const Archive& archive, const Context& context)
      : wanted_(wanted), runtime_(runtime_of(archive, context)), handler_(wanted.handler) {
    if (handler_.empty()) handler_ = archive.manifest().handler;
  }

  json::object changes(const json::object& current) const {
    json::object changes;
    differ(changes, current, "runtime", runtime_);
    if (!handler_.empty()) differ(changes, current, "handler", handler_);
    if (!wanted_.role.empty()) differ(changes, current, "role", wanted_.role);
    if (!wanted_.description.empty()) differ(changes, current, "description", wanted_.description);
    if (wanted_.memory != 0) differ(changes, current, "memorySize", wanted_.memory);
    differ_in_cpu(changes, current);
    if (wanted_.timeout != 0) differ(changes, current, "timeout", wanted_.timeout);
    if (wanted_.disk != 0) differ(changes, current, "diskSize", wanted_.disk);
    if (wanted_.concurrency != 0) differ(changes, current, "instanceConcurrency", wanted_.concurrency);
    if (wanted_.internet) differ(changes, current, "internetAccess", *wanted_.internet);
    differ_in_variables(changes, current);
    if (wanted_.layers && texts_at(current, "layers", "arn") != *wanted_.layers)
      changes["layers"] = json::value_from(*wanted_.layers);
    return changes;
  }

  // What CreateFunction takes beside the code.
  json::object first() const {
    aliyun::Function all = wanted_;
    if (all.memory == 0) all.memory = aliyun::Fc::policy.memory.usual;
    if (all.timeout == 0) all.timeout = 30;
    if (all.disk == 0) all.disk = 512;
    if (all.cpu == 0) all.cpu = usual_cpu(all.memory);
    check_cpu(all.cpu, all.memory);
    Settings own(*this, all);
    if (own.handler_.empty()) own.handler_ = "app.handler";
    json::object settings = own.changes({});
    settings["functionName"] = all.name;
    if (!all.tags.empty()) {
      json::array& tags = settings["tags"].emplace_array();
      for (const auto& [name, value] : all.tags) tags.push_back(json::object{{"Key", name}, {"Value", value}});
    }
    return settings;
  }

 private:
  Settings(const Settings& other, const aliyun::Function& wanted)
      : wanted_(wanted), runtime_(other.runtime_), handler_(other.handler_) {}

  template <class Value>
  static void differ(json::object& changes, const json::object& current, std::string_view key, Value wanted) {
    const json::value value(std::move(wanted));
    const json::value* const has = current.if_contains(key);
    if (!has || *has != value) changes[key] = value;
  }

  // Those that there are stay, unless the memory asks for others.
  void differ_in_cpu(json::object& changes, const json::object& current) const {
    const json::value* const has = current.if_contains("cpu");
    const int now = has && has->is_number() ? cpu_steps(has->to_number<double>()) : 0;
    const int memory = wanted_.memory != 0 ? wanted_.memory : static_cast<int>(number_at(current, "memorySize"));
    if (wanted_.cpu != 0 && cpu_steps(wanted_.cpu) != now) {
      check_cpu(wanted_.cpu, memory);
      changes["cpu"] = wanted_.cpu;
    }
    const bool unfit = wanted_.memory != 0 && (now < least_cpu_steps(memory) || now > most_cpu_steps(memory));
    if (wanted_.cpu == 0 && now != 0 && unfit) changes["cpu"] = usual_cpu(memory);
  }

  void differ_in_variables(json::object& changes, const json::object& current) const {
    if (wanted_.environment.empty() && !wanted_.environment_exact) return;
    const json::object& has = object_at(current, "environmentVariables");
    json::object variables = wanted_.environment_exact ? json::object() : has;
    for (const auto& [name, value] : wanted_.environment) variables[name] = value;
    if (variables != has) changes["environmentVariables"] = std::move(variables);
  }

  const aliyun::Function& wanted_;
  std::string runtime_;  // "python3.10"
  std::string handler_;  // empty: nobody has said
};

inline std::string names_of(const json::object& object) {
  return listed(object, ", ", [](const auto& member) { return std::string(member.key()); });
}

}  // namespace daypack::detail::fc
