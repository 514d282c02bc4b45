// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/bytecode/proof.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/pythons.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/bytecode/compiler.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/zip/reader.hpp>

#include <algorithm>
#include <fstream>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(bytecode_proof)

namespace {

struct File {
  std::string path, text;
};

// An archive of these files, seen by a target of this Python.
struct Sample {
  Sample(const Interpreter& interpreter, const std::vector<File>& files)
      : python(interpreter), runtime{.python = interpreter.python} {
    policy.runtimes = {&runtime, 1};
    std::vector<Entry> entries;
    for (const File& file : files) entries.push_back(text_entry(file.path, file.text));
    const Archive archive = Zip<>{}(Tree::of(std::move(entries)), context);
    std::string bytes;
    archive.pour([&](ByteView piece) { bytes += as_text(piece); });
    reader = zip::Reader::of(blob_of(std::move(bytes)), "sample.zip");
  }

  BytecodeProof proof(bool loads = true) const {
    return prove_bytecode(reader, {&policy, &runtime, Arch::x86_64}, context, loads ? &python : nullptr);
  }

  Interpreter python;
  Runtime runtime;
  BackendPolicy policy{.name = "lab", .task_root = "/var/task"};
  Context context{services_with(2)};
  zip::Reader reader;
};

std::string compiled(const Interpreter& python, const std::string& source, const std::string& name) {
  std::string pyc;
  compile_bytecode(
      python, {}, 1, [&](std::size_t) { return SourceFile{name, blob_of(source)}; },
      [&](std::size_t, const Bytecode& made) { pyc = made.pyc.text(); }, Context(services_with(1)));
  return pyc;
}

// As CPython itself writes it: "_code_to_timestamp_pyc(code, 7, 5)".
std::string by_cpython(const Interpreter& python, const std::string& call) {
  const Finished finished = BoostRunner().run({.argv = {python.path, "-S", "-c",
                                                        "import sys, importlib._bootstrap_external as external, _imp\n"
                                                        "code = compile('x = 1\\n', '/var/task/mod.py', 'exec')\n"
                                                        "number = int.from_bytes(external.MAGIC_NUMBER, 'little')\n"
                                                        "sys.stdout.buffer.write(external." +
                                                            call + ")\n"}});
  BOOST_TEST_REQUIRE(finished.ok(), finished.err);
  return finished.out;
}

std::string cached(const Interpreter& python, const std::string& name) {
  std::string digits = to_string(python.python);
  std::erase(digits, '.');
  return "__pycache__/" + name + ".cpython-" + digits + ".pyc";
}

// "severity subject: message" of each.
std::vector<std::string> told(const BytecodeProof& proof) {
  std::vector<std::string> all;
  for (const Finding& one : proof.findings) {
    BOOST_TEST(one.check == "bytecode");
    all.push_back(std::string(to_string(one.severity)) + ' ' + one.subject + ": " + one.message);
  }
  return all;
}

bool is_one(const BytecodeProof& proof, const std::string& begins, const std::string& words) {
  const auto all = told(proof);
  for (const std::string& one : all) BOOST_TEST_MESSAGE("  " << one);
  return all.size() == 1 && all.front().starts_with(begins) && all.front().find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_daypack_compiles_is_loaded_by_every_python) {
  for (const Interpreter& python : pythons()) {
    BOOST_TEST_CONTEXT("Python " << python.version) {
      std::vector<File> files{{"data.txt", "x"}, {"source.py", "x = 1\n"}};
      for (int i = 0; i < 70; ++i) {
        const std::string name = "pkg/mod" + std::to_string(i) + ".py";
        files.push_back({name + 'c', i < 2 ? compiled(python, "def f(): return lambda: 0\n", "/var/task/" + name)
                                           : files.back().text});
      }
      const Sample good(python, files);
      const BytecodeProof proof = good.proof();
      BOOST_TEST(told(proof) == std::vector<std::string>{}, boost::test_tools::per_element());
      BOOST_TEST(proof.files == 70u);
      BOOST_TEST(proof.loaded == 70u);
      BOOST_TEST(proof.faults() == 0u);
      BOOST_TEST(good.proof(false).loaded == 0u);
      BOOST_TEST(good.proof(false).files == 70u);
    }
  }
}

BOOST_AUTO_TEST_CASE(another_magic_is_an_error_where_nothing_else_stands_for_the_module) {
  const Interpreter& python = pythons().back();
  std::string other = compiled(python, "x = 1\n", "/var/task/mod.py");
  other[0] = static_cast<char>(other[0] + 1);
  for (const bool loads : {true, false}) {
    const BytecodeProof alone = Sample(python, {{"mod.pyc", other}}).proof(loads);
    BOOST_TEST(
        is_one(alone, "error mod.pyc: bytecode that is bytecode of", "expected " + std::to_string(python.magic)));
    BOOST_TEST(alone.faults() == 1u);
    BOOST_TEST(alone.loaded == 0u);
  }
  const BytecodeProof beside = Sample(python, {{"mod.py", "x = 1\n"}, {cached(python, "mod"), other}}).proof();
  BOOST_TEST(is_one(beside, "warning " + cached(python, "mod"), "is bytecode of"));
  BOOST_TEST(is_one(Sample(python, {{"mod.pyc", "no bytecode"}}).proof(), "error mod.pyc", "is no bytecode file"));
}

BOOST_AUTO_TEST_CASE(code_that_does_not_load) {
  const Interpreter& python = pythons().back();
  const std::string whole = compiled(python, "def f(): return 1\n", "/var/task/mod.py");
  const Sample cut(python, {{"mod.pyc", whole.substr(0, whole.size() / 2)}});
  BOOST_TEST(is_one(cut.proof(), "error mod.pyc: bytecode that does not load: ", ""));
  BOOST_TEST(told(cut.proof(false)).empty());
  const Sample number(python, {{"mod.pyc", whole.substr(0, 16) + std::string("i\1\0\0\0", 5)}});
  BOOST_TEST(is_one(number.proof(), "error mod.pyc", "holds no code but int"));
}

BOOST_AUTO_TEST_CASE(names_of_another_machine) {
  const Interpreter& python = pythons().back();
  const auto named = [&](const std::string& name) {
    return Sample(python, {{"mod.pyc", compiled(python, "def f(): pass\n", name)}}).proof();
  };
  if (python.python >= Python{3, 7}) {
    BOOST_TEST(is_one(named("/home/me/mod.py"), "error mod.pyc", "names a file of another machine, /home/me/mod.py"));
    BOOST_TEST(is_one(named("C:\\me\\mod.py"), "error mod.pyc", "C:\\me\\mod.py"));
    BOOST_TEST(is_one(named("/var/tasks/mod.py"), "error mod.pyc", "expected one below /var/task/"));
  }
  for (const char* name : {"mod.py", "<string>", "/var/task/deep/mod.py"}) BOOST_TEST(told(named(name)).empty(), name);
}

BOOST_AUTO_TEST_CASE(what_no_import_loads_is_a_warning) {
  const Interpreter& python = pythons().back();
  const std::string good = compiled(python, "x = 1\n", "/var/task/mod.py");
  const std::string here = cached(python, "mod");
  const File source{"mod.py", "x = 1\n"};
  BOOST_TEST(told(Sample(python, {source, {here, good}}).proof()).empty());
  BOOST_TEST(is_one(Sample(python, {{here, good}}).proof(), "warning " + here, "has no source"));
  BOOST_TEST(is_one(Sample(python, {source, {"mod.pyc", good}}).proof(), "warning mod.pyc", "lies beside its source"));
  const std::string other = "__pycache__/mod.cpython-27.pyc";
  BOOST_TEST(is_one(Sample(python, {source, {other, good}}).proof(), "warning " + other, "is for another Python"));
}

BOOST_AUTO_TEST_CASE(what_is_compared_with_its_source) {
  const Interpreter& python = pythons().back();
  if (python.python < Python{3, 7}) return;
  const std::string here = cached(python, "mod");
  const File source{"mod.py", "x = 1\n"};
  const auto proof = [&](const std::string& call) {
    return Sample(python, {source, {here, by_cpython(python, call)}}).proof();
  };
  BOOST_TEST(is_one(proof("_code_to_timestamp_pyc(code, 7, 6)"), "warning " + here, "compared with the time"));
  BOOST_TEST(
      is_one(proof("_code_to_timestamp_pyc(code, 7, 5)"), "warning " + here, "(got one of 5 bytes, expected 6)"));
  BOOST_TEST(told(proof("_code_to_hash_pyc(code, _imp.source_hash(number, b'x = 1\\n'), True)")).empty());
  BOOST_TEST(is_one(proof("_code_to_hash_pyc(code, _imp.source_hash(number, b'x = 2\\n'), True)"), "warning " + here,
                    "is of another source"));
}

BOOST_AUTO_TEST_CASE(an_interpreter_that_crashes_costs_the_file_and_a_stop_ends_it) {
  const TemporaryFolder folder;
  Interpreter broken = pythons().back();
  const std::string good = compiled(broken, "x = 1\n", "/var/task/mod.py");
  std::ofstream(folder / "python") << "#!/bin/sh\necho start >>" << folder / "starts" << "\nkill -SEGV $$\n";
  boost::filesystem::permissions(folder / "python", boost::filesystem::owner_all);
  broken.path = folder / "python";
  const Sample sample(broken, {{"mod.pyc", good}});
  BOOST_TEST(is_one(sample.proof(), "error mod.pyc", "ended by signal 11"));
  std::ifstream starts(folder / "starts");
  BOOST_TEST(std::count(std::istreambuf_iterator<char>(starts), {}, '\n') == 2);

  std::stop_source source;
  source.request_stop();
  Services services = services_with(1);
  services.stop = source.get_token();
  const Error error = error_of([&] {
    prove_bytecode(sample.reader, {&sample.policy, &sample.runtime, Arch::x86_64}, Context(services), &broken);
  });
  BOOST_TEST((error.code() == Errc::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
