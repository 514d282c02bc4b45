// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/size_words.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/bytecode/framed_child.ipp>
#include <daypack/impl/stages/verify_causes.ipp>
#include <daypack/impl/stages/verify_modules.ipp>
#include <daypack/impl/stages/verify_room.ipp>
#include <daypack/stages/check.hpp>
#include <daypack/stages/verify.hpp>
#include <daypack/walk/glob.hpp>

#include <sys/utsname.h>
#include <sys/wait.h>

#include <charconv>
#include <cstring>
#include <deque>
#include <sstream>
#include <tuple>

namespace daypack {

namespace detail {

// The zips as readers: mapped where they are one file, else written once to a file that is gone afterwards.
class RehearsedZips {
 public:
  RehearsedZips(const Archive& archive, const std::vector<Archive>& layers, const BackendPolicy& policy) {
    add(archive, task_root_of(policy));
    for (const Archive& layer : layers) add(layer, std::string(policy.layer_root));
  }
  RehearsedZips(const RehearsedZips&) = delete;
  RehearsedZips& operator=(const RehearsedZips&) = delete;

  const std::vector<RehearsedZip>& zips() const noexcept { return zips_; }
  const std::vector<std::string>& digests() const noexcept { return digests_; }

 private:
  void add(const Archive& archive, std::string root) {
    digests_.push_back(archive.sha256().hex());
    Blob bytes;
    if (archive.segments().size() == 1) {
      bytes = archive.segments().front();
    } else {
      const std::string path = scratch_.file(digests_.back() + ".zip");
      archive.save(path);
      bytes = map_file(path);
    }
    const std::string& kept = roots_.emplace_back(std::move(root));
    zips_.push_back(
        {bytes, zip::Reader::of(bytes, "the package", {.profile = zip::Profile::general}), &archive.manifest(), kept});
  }

  ScratchFolder scratch_;
  std::deque<std::string> roots_;
  std::vector<std::string> digests_;
  std::vector<RehearsedZip> zips_;
};

// "6 numbers of a line, then the report, then the log".
inline std::optional<std::pair<std::size_t, RehearsedOutcome>> read_outcome(FramedChild& child) {
  std::string line;
  for (;;) {
    const auto next = child.exactly(1);
    if (!next) return {};
    if (*next == "\n") break;
    line += *next;
  }
  std::istringstream numbers(line);
  std::size_t index = 0, report_size = 0, log_size = 0, kib = 0;
  RehearsedOutcome outcome;
  numbers >> index >> outcome.status >> outcome.late >> kib >> report_size >> log_size;
  const auto report = child.exactly(report_size);
  auto log = report ? child.exactly(log_size) : std::nullopt;
  if (!log) return {};
  outcome.memory = std::uint64_t{kib} << 10;
  outcome.log = std::move(*log);
  outcome.reported = !report->empty();
  std::vector<std::string> fields = split_at(*report, '\x1f');
  long microseconds = 0;
  std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), microseconds);
  outcome.time = std::chrono::microseconds(microseconds);
  if (fields.size() > 3) {
    outcome.missing = fields[1];
    outcome.place = fields[2];
    outcome.said.assign(fields.begin() + 3, fields.end());
  }
  return std::pair(index, std::move(outcome));
}

inline std::vector<RehearsedOutcome> rehearse(const RehearsalRoom& room, const std::vector<RehearsedTask>& tasks,
                                              const std::vector<std::string>& search_path, const Verify& stage,
                                              const Context& context) {
  static constexpr std::array<std::string_view, 3> kinds{"module", "handler", "metadata"};
  std::string asked;
  for (const RehearsedTask& task : tasks)
    asked += std::string(kinds[static_cast<std::size_t>(task.kind)]) + '\t' + task.name + '\t' + task.more + '\n';
  const Command command = room.command(search_path, stage.handler, context.pool().size(), stage.patience);
  std::vector<RehearsedOutcome> outcomes(tasks.size());
  if (tasks.empty()) return outcomes;
  FramedChild probe(command, stage.patience + std::chrono::seconds(30), context);
  bool well = probe.send(asked + '\n');
  for (std::size_t done = 0; well && done < tasks.size(); ++done) {
    auto answer = read_outcome(probe);
    context.check_stop();
    well = answer && answer->first < tasks.size();
    if (well) outcomes[answer->first] = std::move(answer->second);
    context.advance(done + 1, tasks.size(), "modules");
  }
  context.check_stop();
  if (!well)
    throw Error(Errc::tool_failed, "the package cannot be rehearsed", probe.why_silent(),
                "leave it out, or run it where it is unpacked: --no-isolation");
  return outcomes;
}

inline std::string host_machine() {
  struct ::utsname host{};
  ::uname(&host);
  return host.machine;
}

inline Finding static_checks_alone(const std::string& why, const std::string& hint) {
  return {.check = "rehearsal",
          .severity = Severity::warning,
          .subject = why,
          .message = "nothing is imported, what is told is what files say",
          .hint = hint};
}

// An interpreter that can run the package; a finding when there is none.
inline std::optional<Interpreter> rehearsing_interpreter(const Verify& stage, std::vector<Finding>& findings,
                                                         const Context& context) {
  const TargetFacts& target = context.target();
  try {
    Interpreter found = find_interpreter(target.runtime->python, stage.interpreter, context.runner(), context.stop());
    if (host_machine() == machine_of(target.arch)) return found;
    findings.push_back(static_checks_alone(
        "a package for " + std::string(to_string(target.arch)) + " on a machine of " + host_machine(),
        "verify it on such a machine"));
  } catch (const Error& error) {
    if (error.code() != Errc::interpreter_missing || !stage.interpreter.empty()) throw;
    findings.push_back(
        static_checks_alone("CPython " + to_string(target.runtime->python) + " is not on this machine", error.hint()));
  }
  return {};
}

// Of each module its slowest import.
inline std::vector<Report::Import> merged_imports(const std::vector<RehearsedTask>& tasks,
                                                  const std::vector<RehearsedOutcome>& outcomes) {
  std::map<std::string, Report::Import> slowest;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].kind == RehearsedTask::Kind::metadata) continue;
    for (Report::Import& one : import_times(outcomes[i].log)) {
      Report::Import& kept = slowest[one.module];
      if (kept.module.empty() || kept.cumulative < one.cumulative) kept = std::move(one);
    }
  }
  std::vector<Report::Import> imports;
  for (auto& [module, one] : slowest) imports.push_back(std::move(one));
  std::ranges::sort(imports, [](const Report::Import& a, const Report::Import& b) {
    return std::tie(b.self, a.module) < std::tie(a.self, b.module);
  });
  return imports;
}

inline void judge_outcomes(Verification& result, const std::vector<RehearsedTask>& tasks,
                           std::vector<RehearsedOutcome>& outcomes, const RehearsalRoom& room,
                           const RehearsalCauses& causes, const Verify& stage) {
  std::vector<Glob> allowed;
  for (const std::string& pattern : stage.allow) allowed.emplace_back(pattern);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    RehearsedOutcome& outcome = outcomes[i];
    const RehearsedTask& task = tasks[i];
    const bool well = outcome.status == 0 && outcome.reported && outcome.said.empty();
    if (task.kind != RehearsedTask::Kind::metadata) {
      result.modules.push_back({.name = task.name + (task.more.empty() ? "" : '.' + task.more),
                                .distribution = task.distribution,
                                .imported = well,
                                .time = outcome.time,
                                .memory = outcome.memory});
    }
    if (well) continue;
    for (std::string& text : outcome.said) text = room.told(std::move(text));
    outcome.place = room.told(std::move(outcome.place));
    Finding finding = causes.finding_of(task, outcome, stage.patience);
    if (std::ranges::any_of(allowed, [&](const Glob& glob) { return glob.matches(task.name); }))
      finding.severity = Severity::note;
    result.findings.push_back(std::move(finding));
  }
}

}  // namespace detail

DAYPACK_DECL std::string Verification::import_log() const {
  std::string log = "import time: self [us] | cumulative | imported package\n";
  for (const Report::Import& one : imports)
    log +=
        "import time: " + std::to_string(one.self) + " | " + std::to_string(one.cumulative) + " | " + one.module + '\n';
  return log;
}

DAYPACK_DECL Verification Verify::examine(const Archive& archive, const Context& context) const {
  const TargetFacts& target = context.target();
  const detail::RehearsedZips opened(archive, layers, *target.backend);
  Verify stage = *this;
  if (stage.handler.empty()) stage.handler = archive.manifest().handler;
  Verification result;
  const auto python = detail::rehearsing_interpreter(stage, result.findings, context);
  for (const detail::RehearsedZip& one : opened.zips()) {
    const bool layer = &one != &opened.zips().front();
    TargetFacts place = target;
    if (layer && target.backend->layer) place.backend = target.backend->layer;
    const BytecodeProof proof = prove_bytecode(one.reader, place, context, python ? &*python : nullptr);
    if (!layer) result.proven = proof.loaded;
    result.bytecode.files += proof.files;
    result.bytecode.loaded += proof.loaded;
    result.bytecode.findings.insert(result.bytecode.findings.end(), proof.findings.begin(), proof.findings.end());
  }
  result.findings.insert(result.findings.end(), result.bytecode.findings.begin(), result.bytecode.findings.end());
  if (python) {
    const std::vector<std::string> search_path = detail::search_path_of(target);
    const auto tasks = detail::tasks_of(opened.zips(), search_path, target, stage.handler);
    const detail::RehearsalRoom room(stage, opened.zips(), opened.digests(), *python, context);
    auto outcomes = detail::rehearse(room, tasks, search_path, stage, context);
    detail::judge_outcomes(result, tasks, outcomes, room, detail::RehearsalCauses(opened.zips(), target), stage);
    result.imports = detail::merged_imports(tasks, outcomes);
    result.interpreter = python->version;
    result.isolated = room.isolated();
    result.offline = room.offline();
  }
  sort_findings(result.bytecode.findings);
  sort_findings(result.findings);
  return result;
}

DAYPACK_DECL Archive Verify::operator()(const Archive& archive, Context& context) const {
  const Verification found = examine(archive, context);
  detail::tell_findings(found.findings, true, context);
  Manifest manifest = archive.manifest();
  manifest.bytecode.proven = found.proven;
  return archive.with_manifest(std::move(manifest));
}

}  // namespace daypack
