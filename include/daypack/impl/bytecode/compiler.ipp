// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/bytecode/pyc.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/bytecode/framed_child.ipp>
#include <daypack/impl/bytecode/pyc.ipp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
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

  static std::string request(const SourceFile& file, bool last_of_batch) {
    std::string text;
    text.reserve(9 + file.name.size() + file.source.size());
    for (const std::size_t length : {file.name.size(), file.source.size()}) text += little_endian(length, 32);
    return text.append(1, last_of_batch).append(file.name).append(file.source.text());
  }

  // Whether they were taken; if not, the worker is at its end, and answer() says so after what it has answered yet.
  bool send(std::string_view requests) { return child_.send(requests); }

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
  const std::function<void(std::size_t, Bytecode)>& made;
  const Context& context;
  std::size_t lanes;
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;

  // Of what is left: towards the end little, so that all lanes end together.
  std::size_t files_of_batch() const { return 1 + (count - std::min(next.load(), count)) / (4 * lanes); }
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
        take(std::min(files_most, (batches_most + 1) * work_.files_of_batch()));  // while the process is at work
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
    bool last_of_batch = false;  // with the process
    bool tried = false;          // alone
  };

  // Two batches are with a process, so that it has work while the answers of one are taken. But for large files they
  // fit into a pipe together, so that no thread waits for a process to read. They are large because whenever a lane
  // runs, the process finds less of its own in the processor's cache.
  static constexpr std::size_t batches_most = 2;
  static constexpr std::size_t batch_bytes = std::size_t{240} << 10;
  static constexpr std::size_t files_most = 256;
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
    while (!stuck_ && sent_ < flying_.size() && batches_ < (suspects_ > 0 ? 1 : batches_most)) {
      std::string requests;
      std::size_t end = sent_;
      do {
        Flying& flying = flying_[end++];
        flying.last_of_batch =
            suspects_ > 0 || end == flying_.size() || end - sent_ >= work_.files_of_batch() ||
            requests.size() + flying.file.source.size() + flying_[end].file.source.size() > batch_bytes;
        requests += BytecodeWorker::request(flying.file, flying.last_of_batch);
      } while (!flying_[end - 1].last_of_batch);
      stuck_ = !worker_->send(requests);
      if (stuck_) return;
      sent_ = end;
      ++batches_;
    }
  }

  void receive() {
    auto answer = worker_->answer();
    if (answer) {
      finish({.pyc = blob_of(std::move(answer->pyc)), .reason = std::move(answer->reason)});
      if (!answer->retires) return;
    } else {
      work_.context.check_stop();
      std::string reason = worker_->why_silent();
      suspects_ = std::max({suspects_, sent_, std::size_t{1}});
      if (sent_ <= 1 && std::exchange(flying_.front().tried, true)) {
        finish({.reason = std::move(reason), .by_chance = true});
      }
    }
    worker_.reset();
    sent_ = batches_ = 0;
    stuck_ = false;
  }

  void finish(Bytecode bytecode) {
    work_.made(flying_.front().index, std::move(bytecode));
    if (sent_ > 0) {
      --sent_;
      if (flying_.front().last_of_batch) --batches_;
    }
    if (suspects_ > 0) --suspects_;
    flying_.pop_front();
    work_.context.advance(++work_.done, work_.count, "files");
  }

  BytecodeWork& work_;
  std::unique_ptr<BytecodeWorker> worker_;
  std::deque<Flying> flying_;  // the first sent_ of them are with the process, as batches_ batches
  std::size_t sent_ = 0;
  std::size_t batches_ = 0;
  bool stuck_ = false;        // a part of a request may be with the process: no other must follow it
  std::size_t suspects_ = 0;  // of the first, each may have ended a process: they are sent one by one
};

}  // namespace detail

DAYPACK_DECL void compile_bytecode(const Interpreter& interpreter, const BytecodeOptions& options, std::size_t count,
                                   const std::function<SourceFile(std::size_t)>& source,
                                   const std::function<void(std::size_t, Bytecode)>& made, const Context& context) {
  if (options.optimize < 0 || options.optimize > 2) {
    throw Error(Errc::usage, "bytecode cannot be optimised that far",
                std::to_string(options.optimize) + " (expected 0, 1 or 2)");
  }
  constexpr std::size_t files_per_start = 16;  // to start a process costs as much as some files
  const std::size_t lanes = std::min(context.pool().size(), (count + files_per_start - 1) / files_per_start);
  detail::BytecodeWork work{.interpreter = interpreter,
                            .options = options,
                            .count = count,
                            .source = source,
                            .made = made,
                            .context = context,
                            .lanes = lanes};
  context.pool().for_each(lanes, [&](std::size_t) { detail::BytecodeLane(work).run(); });
}

DAYPACK_DECL std::string bytecode_recipe(const Interpreter& interpreter, const BytecodeOptions& options) {
  return interpreter.version + '\n' + std::to_string(interpreter.magic) + '\n' + std::to_string(options.optimize) +
         (options.debug_ranges ? "\nranges\n" : "\n") + std::string(detail::bytecode_worker);
}

}  // namespace daypack
