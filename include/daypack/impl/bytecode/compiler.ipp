// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/bytecode/pyc.hpp>
#include <daypack/detail/spill.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/bytecode/framed_child.ipp>
#include <daypack/impl/bytecode/pyc.ipp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace daypack {

namespace detail {

// One process that compiles what it is sent, in that order.
class BytecodeWorker {
 public:
  struct Answer {
    std::string pyc = {};
    std::string reason = {};
    bool retires = false;
  };

  BytecodeWorker(const Interpreter& interpreter, const BytecodeOptions& options, const Context& context)
      : child_(command_of(interpreter, options), options.patience, context) {
    const auto greeting = child_.exactly(4);
    context.check_stop();
    if (greeting && little_endian(as_bytes(*greeting)) == (interpreter.magic | std::uint64_t{0x0a0d} << 16)) return;
    throw Error(Errc::tool_failed, "the interpreter does not compile",
                interpreter.path + " (" + (greeting ? "an unexpected answer" : why_silent()) + ")",
                "try it: " + interpreter.path + " -S -c 'print(1)'");
  }

  // Whether it was taken; if not, the worker is at its end, and answer() says so after what it has answered yet.
  bool send(const SourceFile& file) {
    std::string frame;
    frame.reserve(8 + file.name.size() + file.source.size());
    for (const std::size_t length : {file.name.size(), file.source.size()}) frame += little_endian(length, 32);
    frame.append(file.name).append(file.source.text());
    return child_.send(frame);
  }

  // Nothing when it has crashed or hangs.
  std::optional<Answer> answer() {
    const auto head = child_.exactly(6);
    if (!head) return {};
    auto body = child_.exactly(static_cast<std::size_t>(little_endian(as_bytes(*head).last(4))));
    if (!body) return {};
    Answer answer{.retires = head->at(1) != 0};
    (head->at(0) == 0 ? answer.pyc : answer.reason) = std::move(*body);
    return answer;
  }

  // After nothing came: what became of it.
  std::string why_silent() { return child_.why_silent(); }

 private:
  static Command command_of(const Interpreter& interpreter, const BytecodeOptions& options) {
    Command command = bare_python(interpreter);
    if (!options.debug_ranges && interpreter.python >= Python{3, 11}) {
      command.argv.insert(command.argv.end(), {"-X", "no_debug_ranges"});
    }
    command.argv.insert(command.argv.end(), {"-c", std::string(bytecode_worker), std::to_string(options.optimize)});
    return command;
  }

  FramedChild child_;
};

// What all lanes share: the files still to be taken, and where results go.
struct BytecodeWork {
  const Interpreter& interpreter;
  const BytecodeOptions& options;
  std::size_t count;
  const std::function<SourceFile(std::size_t)>& source;
  const Context& context;
  std::vector<Bytecode> results;
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  std::mutex mutex = {};
  SpillBuffer buffer{std::uint64_t{16} << 20};

  // Bytecode is more than the source: beyond a part of it, it lies in a temporary file, as long as there is room.
  Blob held(std::string pyc) {
    try {
      const std::scoped_lock lock(mutex);
      return buffer.append(as_bytes(pyc));
    } catch (const Error& error) {
      if (error.code() != Errc::unwritable) throw;
    }
    return blob_of(std::move(pyc));
  }
};

// One thread and its process: takes files, keeps the process busy with some in flight, starts it anew when it has
// failed.
class BytecodeLane {
 public:
  explicit BytecodeLane(BytecodeWork& work) : work_(work) {}

  void run() {
    try {
      while (take(1)) {
        send();
        take(files_most);  // while the process is at work
        send();
        receive();
        work_.context.check_stop();
      }
    } catch (...) {
      work_.next = work_.count;  // the other lanes need not go on
      throw;
    }
  }

 private:
  struct Flying {
    std::size_t index = 0;
    SourceFile file = {};
    bool tried = false;
  };

  // A pipe holds 64 KiB: no more is sent ahead than that, so that a hanging process blocks nobody. More is read ahead.
  static constexpr std::size_t sent_bytes_most = std::size_t{60} << 10;
  static constexpr std::size_t files_most = 16;
  static constexpr std::size_t bytes_most = std::size_t{1} << 20;

  // Whether there is anything to do.
  bool take(std::size_t files) {
    std::size_t bytes = 0;
    for (const Flying& flying : flying_) bytes += flying.file.source.size();
    while (flying_.size() < files && bytes < bytes_most) {
      const std::size_t index = work_.next.fetch_add(1);
      if (index >= work_.count) {
        work_.next = work_.count;
        break;
      }
      flying_.push_back({.index = index, .file = work_.source(index)});
      bytes += flying_.back().file.source.size();
    }
    return !flying_.empty();
  }

  void send() {
    if (!worker_) worker_ = std::make_unique<BytecodeWorker>(work_.interpreter, work_.options, work_.context);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < flying_.size(); ++i) {
      bytes += flying_[i].file.source.size() + flying_[i].file.name.size() + 8;
      if (i > 0 && bytes > sent_bytes_most) return;
      if (i < sent_) continue;
      if (!worker_->send(flying_[i].file)) return;
      sent_ = i + 1;
    }
  }

  void receive() {
    auto answer = worker_->answer();
    if (answer) {
      finish({.pyc = work_.held(std::move(answer->pyc)), .reason = std::move(answer->reason)});
      if (!answer->retires) return;
    } else {
      work_.context.check_stop();
      std::string reason = worker_->why_silent();
      if (std::exchange(flying_.front().tried, true)) finish({.reason = std::move(reason), .by_chance = true});
    }
    worker_.reset();
    sent_ = 0;
  }

  void finish(Bytecode bytecode) {
    work_.results[flying_.front().index] = std::move(bytecode);
    flying_.pop_front();
    if (sent_ > 0) --sent_;
    work_.context.advance(++work_.done, work_.count, "files");
  }

  BytecodeWork& work_;
  std::unique_ptr<BytecodeWorker> worker_;
  std::deque<Flying> flying_;  // the first sent_ of them are with the process
  std::size_t sent_ = 0;
};

}  // namespace detail

DAYPACK_DECL std::vector<Bytecode> compile_bytecode(const Interpreter& interpreter, const BytecodeOptions& options,
                                                    std::size_t count,
                                                    const std::function<SourceFile(std::size_t)>& source,
                                                    const Context& context) {
  if (options.optimize < 0 || options.optimize > 2) {
    throw Error(Errc::usage, "bytecode cannot be optimised that far",
                std::to_string(options.optimize) + " (expected 0, 1 or 2)");
  }
  detail::BytecodeWork work{.interpreter = interpreter,
                            .options = options,
                            .count = count,
                            .source = source,
                            .context = context,
                            .results = std::vector<Bytecode>(count)};
  constexpr std::size_t files_per_start = 16;  // to start a process costs as much as some files
  const std::size_t lanes = std::min(context.pool().size(), (count + files_per_start - 1) / files_per_start);
  context.pool().for_each(lanes, [&](std::size_t) { detail::BytecodeLane(work).run(); });
  return std::move(work.results);
}

DAYPACK_DECL std::string bytecode_recipe(const Interpreter& interpreter, const BytecodeOptions& options) {
  return interpreter.version + '\n' + std::to_string(interpreter.magic) + '\n' + std::to_string(options.optimize) +
         (options.debug_ranges ? "\nranges\n" : "\n") + std::string(detail::bytecode_worker);
}

}  // namespace daypack
