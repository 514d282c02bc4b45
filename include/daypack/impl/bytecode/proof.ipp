// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/proof.hpp>
#include <daypack/bytecode/pyc.hpp>
#include <daypack/detail/little_endian.hpp>
#include <daypack/detail/pyc_names.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/bytecode/framed_child.ipp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace daypack {

namespace detail {

// A .pyc of an archive, and what an import makes of it.
struct PycMember {
  const zip::Member* member = nullptr;
  const zip::Member* source = nullptr;  // of the module, where it lies in the archive
  std::string dead = {};                // why no import loads it, whatever is in it; empty when one does
};

struct PycVerdict {
  std::vector<Finding> findings = {};
  bool loaded = false;
};

inline PycMember pyc_member(const zip::Reader& archive, const zip::Member& member, Python python) {
  static constexpr std::string_view folder = "__pycache__";
  PycMember found{.member = &member};
  const std::size_t name_at = member.name.rfind('/') + 1;
  const std::string_view above = member.name.substr(0, name_at == 0 ? 0 : name_at - 1);
  if (last_component(above) != folder) {
    found.source = archive.find(member.name.substr(0, member.name.size() - 1));
    if (found.source) found.dead = "lies beside its source, which is what Python loads";
    return found;
  }
  const std::vector<std::string> parts = split_at(member.name.substr(name_at), '.');
  found.source = archive.find(source_of_cached(member.name));
  if (!found.source) {
    found.dead = "has no source in the package, without which nothing in __pycache__ is loaded";
  } else if (parts.size() < 3 || parts[1] != cache_tag(python)) {
    found.dead = "is for another Python by its name";
  }
  return found;
}

// Judges one file after the other; has a process of its own for it.
class PycJudge {
 public:
  PycJudge(const zip::Reader& archive, const TargetFacts& target, const Interpreter* interpreter,
           const Context& context)
      : archive_(archive), target_(target), interpreter_(interpreter), context_(context) {}

  PycVerdict judge(const PycMember& file) {
    PycVerdict verdict;
    const Blob bytes = archive_.inflate(*file.member);
    const std::string bad = bad_pyc_reason(bytes.bytes, target_.runtime->python);
    if (!bad.empty()) {
      const bool stands_in = file.source != nullptr;
      add(verdict, file, stands_in || !file.dead.empty() ? Severity::warning : Severity::error, bad);
      return verdict;
    }
    const PycHeader header = *read_pyc_header(bytes.bytes);
    const std::string unheeded = file.dead.empty() ? unheeded_by_time(file, header) : file.dead;
    if (!unheeded.empty()) add(verdict, file, Severity::warning, unheeded);
    if (interpreter_) load(verdict, file, header, bytes, unheeded.empty());
    return verdict;
  }

 private:
  static void add(PycVerdict& verdict, const PycMember& file, Severity severity, std::string message) {
    verdict.findings.push_back({.check = "bytecode",
                                .severity = severity,
                                .subject = std::string(file.member->name),
                                .message = "bytecode that " + std::move(message),
                                .hint = severity == Severity::error
                                            ? "build it again with an interpreter of the target's version"
                                            : "leave it out: --prune bytecode-caches"});
  }

  static std::string unheeded_by_time(const PycMember& file, const PycHeader& header) {
    if (!file.source || header.invalidation != Invalidation::timestamp) return {};
    if (header.source_size != static_cast<std::uint32_t>(file.source->size)) {
      return "is of another source than the one beside it (got one of " + std::to_string(header.source_size) +
             " bytes, expected " + std::to_string(file.source->size) + ")";
    }
    return "is compared with the time of its source, which a zip does not keep: it is compiled at each start";
  }

  void load(PycVerdict& verdict, const PycMember& file, const PycHeader& header, const Blob& bytes, bool live) {
    const bool compares = file.source && header.invalidation == Invalidation::checked_hash;
    const Blob source = compares ? archive_.inflate(*file.source) : Blob();
    std::string frame;
    for (const std::size_t length : {header.size, bytes.size(), source.size()}) frame += little_endian(length, 32);
    frame.append(bytes.text()).append(source.text());
    auto [failed, text] = asked(frame);
    if (failed) return add(verdict, file, live && !compares ? Severity::error : Severity::warning, std::move(text));
    verdict.loaded = true;
    const std::string other = name_elsewhere(text);
    if (other.empty()) return;
    const bool ours = live && header.invalidation == Invalidation::unchecked_hash;
    add(verdict, file, ours ? Severity::error : Severity::warning,
        "names a file of another machine, " + other + " (expected one below " + compiled_root(*target_.backend) + ')');
  }

  // A crash or a hang may have had another cause than the file: it is tried once more.
  std::pair<bool, std::string> asked(const std::string& frame) {
    std::string silent;
    for (int turn = 0; turn < 2; ++turn) {
      context_.check_stop();
      if (!child_) {
        Command command = bare_python(*interpreter_);
        command.argv.insert(command.argv.end(), {"-c", std::string(proof_worker)});
        child_ = std::make_unique<FramedChild>(command, std::chrono::seconds(60), context_);
      }
      const bool sent = child_->send(frame);
      const auto head = sent ? child_->exactly(5) : std::nullopt;
      auto body =
          head ? child_->exactly(static_cast<std::size_t>(little_endian(as_bytes(*head).last(4)))) : std::nullopt;
      if (body) return {head->at(0) != 0, std::move(*body)};
      silent = child_->why_silent();
      child_.reset();
    }
    context_.check_stop();
    return {true, "does not load: " + silent};
  }

  // The first absolute name that is none of the package's; relative ones and "<frozen ...>" name no place.
  std::string name_elsewhere(std::string_view names) const {
    for (std::string& name : split_at(names, '\n')) {
      const bool drive = name.size() > 2 && name[1] == ':' && (name[2] == '\\' || name[2] == '/');
      if (drive || (name.starts_with('/') && !name.starts_with(compiled_root(*target_.backend))))
        return std::move(name);
    }
    return {};
  }

  const zip::Reader& archive_;
  const TargetFacts& target_;
  const Interpreter* interpreter_;
  const Context& context_;
  std::unique_ptr<FramedChild> child_;
};

}  // namespace detail

DAYPACK_DECL std::size_t BytecodeProof::faults() const {
  return static_cast<std::size_t>(std::ranges::count(findings, Severity::error, &Finding::severity));
}

DAYPACK_DECL BytecodeProof prove_bytecode(const zip::Reader& archive, const TargetFacts& target, const Context& context,
                                          const Interpreter* interpreter) {
  std::vector<detail::PycMember> files;
  for (const zip::Member& member : archive.members()) {
    if (member.name.ends_with(".pyc") && !member.symlink())
      files.push_back(detail::pyc_member(archive, member, target.runtime->python));
  }
  std::vector<detail::PycVerdict> verdicts(files.size());
  constexpr std::size_t files_per_start = 64;  // to start a process costs as much as to load some files
  const std::size_t lanes = std::min(context.pool().size(), (files.size() + files_per_start - 1) / files_per_start);
  std::atomic<std::size_t> next = 0;
  context.pool().for_each(lanes, [&](std::size_t) {
    detail::PycJudge judge(archive, target, interpreter, context);
    for (std::size_t i = next++; i < files.size(); i = next++) {
      context.check_stop();
      verdicts[i] = judge.judge(files[i]);
    }
  });
  BytecodeProof proof{.files = files.size()};
  for (detail::PycVerdict& verdict : verdicts) {
    proof.loaded += verdict.loaded;
    std::ranges::move(verdict.findings, std::back_inserter(proof.findings));
  }
  sort_findings(proof.findings);
  return proof;
}

}  // namespace daypack
