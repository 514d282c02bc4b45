// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/requirements.hpp>

#include <boost/test/unit_test.hpp>

#include "support/source_file.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

// Requirements as pip and pypa's packaging read them.

using namespace daypack;

namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', begin)) {
    fields.push_back(line.substr(begin, tab - begin));
    begin = tab + 1;
  }
  fields.push_back(line.substr(begin));
  return fields;
}

Finished cases(std::vector<std::string> arguments) {
  const std::string script = source_file("test/support/requirement_cases.py");
  Command command{.argv = {"python3", script}};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return BoostRunner().run(command);
}

std::string sorted_list(std::string text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : ",") + part;
  return joined;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

const std::string sha(64, 'a');

// As support/requirement_cases.py prints what pip found.
std::vector<std::string> as_pip_tells(const Requirements& all, bool with_lines) {
  std::vector<std::string> lines;
  for (const auto* list : {&all.items, &all.constraints}) {
    for (const Requirement& item : *list) {
      lines.push_back(item.text + '\t' + (list == &all.constraints ? "True" : "False") + '\t' +
                      (item.editable ? "True" : "False") + '\t' + sorted_list(joined(item.hashes)) + '\t' +
                      (with_lines ? std::to_string(item.line) : ""));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interop_requirements)

// Names that end in "_" are accepted by packaging's grammar and by nobody else.
BOOST_AUTO_TEST_CASE(single_lines_are_read_as_packaging_reads_them) {
  const Finished made = cases({"lines", "20261120", "6000"});
  BOOST_REQUIRE_MESSAGE(made.ok(), made.err);
  std::istringstream in(made.out);
  int good = 0, bad = 0;
  for (std::string line; std::getline(in, line);) {
    const auto fields = fields_of(line);
    std::optional<Requirement> item;
    try {
      if (auto all = Requirements::of({fields[0]}); !all.items.empty()) item = all.items.front();
    } catch (const Error& error) {
      if (error.code() == Errc::not_found) continue;  // to us ".x" is a path
      BOOST_TEST((error.code() == Errc::syntax), error.what());
    }
    BOOST_TEST_CONTEXT(line) {
      BOOST_REQUIRE_EQUAL(item.has_value(), fields[1] == "good");
      ++(item ? good : bad);
      if (!item) continue;
      BOOST_TEST(item->name == fields[2]);
      BOOST_TEST(sorted_list(joined(item->extras)) == fields[3]);
      BOOST_TEST(sorted_list(item->specifier) == sorted_list(fields[4]));
      BOOST_TEST((item->marker.empty() ? "False" : "True") == fields[5]);
      BOOST_TEST(item->url == fields[6]);
    }
  }
  BOOST_TEST(good > 1000);
  BOOST_TEST(bad > 1000);
}

BOOST_AUTO_TEST_CASE(files_are_read_as_pip_reads_them) {
  TemporaryFolder folder;
  ::setenv("DAYPACK_TEST_VERSION", "1.5", 1);
  const std::vector<std::string> pieces{"a==1",
                                        "b>=2 ",
                                        "\\\n",
                                        " \\\n",
                                        "\n",
                                        "\r\n",
                                        "\n\n",
                                        "# c\n",
                                        " # d\n",
                                        "  ",
                                        "c[x] ; python_version < '4'",
                                        "\f",
                                        "\\",
                                        "d==${DAYPACK_TEST_VERSION}",
                                        "e==${NONE_SUCH}1",
                                        " --hash=sha256:" + sha,
                                        "#x",
                                        "f @ https://h/f.whl#egg=f",
                                        "\xE2\x80\xA8",
                                        "\n-c limits.txt\n",
                                        "\n-r more.txt\n",
                                        "\n-e git+https://h/r#egg=r\n",
                                        "\\\\\n",
                                        "\t",
                                        ",<3"};
  detail::write_file(folder / "limits.txt", "z==${DAYPACK_TEST_VERSION}\n");
  detail::write_file(folder / "more.txt", "\ny # why\n");
  unsigned state = 20261120;
  const auto random = [&](std::size_t below) { return (state = state * 1664525u + 1013904223u) / 65536u % below; };
  std::vector<std::string> arguments{"files"};
  std::map<std::string, std::vector<std::string>> ours;
  for (int round = 0; round < 2000 && ours.size() < 200; ++round) {
    const std::string path = folder / std::to_string(round) + ".txt";
    std::string text;
    for (std::size_t i = 0; i < 12; ++i) text += pieces[random(pieces.size())];
    std::ofstream(path, std::ios::binary) << text;
    try {
      ours[path] = as_pip_tells(Requirements::read(path), text.find('\\') == std::string::npos);
      arguments.push_back(path);
    } catch (const Error&) {  // pip's own lines are checked when they are installed, not when they are read
      ours.erase(path);
    }
  }
  BOOST_TEST(ours.size() == 200u);
  const Finished pip = cases(arguments);
  if (pip.exit_code == 77) {
    BOOST_TEST_MESSAGE("no pip beside python3: not compared with pip");
    return;
  }
  BOOST_REQUIRE_MESSAGE(pip.ok(), pip.err);
  std::map<std::string, std::vector<std::string>> theirs;
  std::istringstream in(pip.out);
  std::string path;
  for (std::string line; std::getline(in, line);) {
    if (ours.contains(line)) {
      theirs[path = line];
      continue;
    }
    // A continuation that begins with an empty line counts from there in pip, and from its first word here.
    if (detail::read_file(path).find('\\') != std::string::npos) line.erase(line.rfind('\t') + 1);
    theirs[path].push_back(line);
  }
  for (auto& [file, lines] : theirs) {
    std::sort(lines.begin(), lines.end());
    BOOST_TEST_CONTEXT(detail::read_file(file)) BOOST_TEST(ours[file] == lines, boost::test_tools::per_element());
  }
  BOOST_TEST(theirs.size() == ours.size());
}

BOOST_AUTO_TEST_SUITE_END()
