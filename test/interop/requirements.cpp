// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/requirements.hpp>

#include <boost/test/unit_test.hpp>

#include "support/source_file.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>

#include <iconv.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

// Requirements as pip and pypa's packaging read them.

using namespace daypack;

BOOST_AUTO_TEST_SUITE(interop_requirements)

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

// `folder` is where relative paths start for pip.
Finished cases(std::vector<std::string> arguments, const std::string& folder = {}) {
  const std::string script = source_file("test/support/requirement_cases.py");
  Command command{.argv = {"python3", script}, .directory = folder};
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

// What files are made of.
const std::vector<std::string>& pieces() {
  static const std::vector<std::string> all{"a==1",
                                            "b>=2 ",
                                            "\\\n",
                                            " \\\n",
                                            "\n",
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
                                            " --hash sha512:" + sha + sha + ' ',
                                            "#x",
                                            "f @ https://h/f.whl",
                                            "\xE2\x80\xA8",
                                            "\xC2\xA0",
                                            " # caf\xC3\xA9\n",
                                            "\n-c limits.txt\n",
                                            "\n-r more.txt\n",
                                            "\n--requirement=more.txt\n",
                                            "\n-e git+https://h/r#egg=r\n",
                                            "\n-e ./src[fast] --config-settings=a=b\n",
                                            "\n./src ; os_name == 'x'\n",
                                            "g==1 --config-settings \"k=v w\"\n",
                                            "\nhttps://h/g-1-py3-none-any.whl ; os_name == 'x'\n",
                                            "\\\\\n",
                                            "\t",
                                            ",<3",
                                            "\n--pre\n",
                                            "\n-i https://u:p@h/a\n",
                                            "\n--index-url=https://h/b\n",
                                            "\n--extra-index-url 'https://h/c'\n",
                                            "\n-fwheels\n",
                                            "\n--find-links https://h/links --prefer-binary\n",
                                            "\n--no-binary a,b\n",
                                            "\n--only-binary=:all:\n",
                                            "\n--trusted-host h:80\n",
                                            "\n--require-hashes\n",
                                            "\n--no-index\n"};
  return all;
}

struct Encoding {
  const char* name = "UTF-8";
  std::string head = {};
};

const std::vector<Encoding>& encodings() {
  using namespace std::string_literals;
  static const std::vector<Encoding> all{{"UTF-8", ""},
                                         {"UTF-8", ""},
                                         {"UTF-8", "\xEF\xBB\xBF"},
                                         {"UTF-8", "# coding: utf_8\n"},
                                         {"UTF-16LE", "\xFF\xFE"},
                                         {"UTF-16BE", "\xFE\xFF"},
                                         {"UTF-32LE", "\xFF\xFE\0\0"s},
                                         {"ISO-8859-1", "# -*- coding: latin-1 -*-\n"},
                                         {"CP1252", "\n# vim: set fileencoding=cp1252 :\n"}};
  return all;
}

// As somebody's editor would save it; what the encoding does not have is left out.
std::string encoded(std::string text, const Encoding& encoding) {
  const iconv_t converter = ::iconv_open((std::string(encoding.name) + "//IGNORE").c_str(), "UTF-8");
  std::string bytes(4 * text.size() + 4, '\0');
  char* from = text.data();
  char* to = bytes.data();
  std::size_t left = text.size(), room = bytes.size();
  ::iconv(converter, &from, &left, &to, &room);
  ::iconv_close(converter);
  bytes.resize(bytes.size() - room);
  return encoding.head + bytes;
}

// Mistakes that pip does not tell (docs/reference/requirements.md).
bool is_stricter(const std::string& refusal) {
  for (const char* words : {"on a line of its own", "a requirement before --", "behind the requirement, on one line",
                            "expected an option)", "hex digits behind", "a blank between the URL"}) {
    if (refusal.find(words) != std::string::npos) return true;
  }
  return false;
}

bool is_requirement(const std::string& line) {
  return !line.starts_with("options\t") && !line.starts_with("refused\t");
}

// The lines that support/requirement_cases.py prints for each path; without the numbers of lines, if not wanted.
std::map<std::string, std::vector<std::string>> told_by_file(const std::string& output, bool numbers = false) {
  std::map<std::string, std::vector<std::string>> told;
  std::istringstream in(output);
  std::string path;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('/') && line.find('\t') == std::string::npos) {
      told[path = line];
      continue;
    }
    if (!numbers && is_requirement(line)) line.erase(line.rfind('\t'));
    told[path].push_back(line);
  }
  for (auto& [file, lines] : told) std::sort(lines.begin(), lines.end());
  return told;
}

}  // namespace

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
      if (is_stricter(error.what())) continue;
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

// What pip makes of a file and what it makes of our text of the same file have to be one thing, whatever the encoding.
// Where we refuse, pip refuses too, or is silent about a mistake.
BOOST_AUTO_TEST_CASE(files_are_read_as_pip_reads_them) {
  TemporaryFolder folder;
  ::setenv("DAYPACK_TEST_VERSION", "1.5", 1);
  detail::write_file(folder / "limits.txt", "z==${DAYPACK_TEST_VERSION}\n");
  detail::write_file(folder / "more.txt", "\ny # why\n--no-binary=y\n");
  detail::write_file(folder / "src/pyproject.toml", "");
  detail::write_file(folder / "wheels/x", "");
  unsigned state = 20261120;
  const auto random = [&](std::size_t below) { return (state = state * 1664525u + 1013904223u) / 65536u % below; };
  std::vector<std::string> arguments{"files"};
  std::map<std::string, std::string> texts;
  std::map<std::string, std::string> refusals;
  for (int round = 0; round < 600; ++round) {
    const std::string path = folder / std::to_string(round) + ".txt";
    std::string text;
    for (std::size_t i = 0; i < 9; ++i) text += pieces()[random(pieces().size())];
    std::ofstream(path, std::ios::binary) << encoded(text, encodings()[random(encodings().size())]);
    arguments.push_back(path);
    texts[path] = text;
    try {
      const auto all = Requirements::read(path);
      detail::write_file(path + ".limits", all.constraints_text());
      detail::write_file(path + ".again", all.text() + "-c " + path + ".limits\n");
      arguments.push_back(path + ".again");
    } catch (const Error& error) {
      refusals[path] = error.what();
    }
  }
  const Finished pip = cases(arguments, folder.path().string());
  BOOST_REQUIRE_MESSAGE(pip.ok(), pip.err);
  const auto told = told_by_file(pip.out);
  int same = 0, refused = 0;
  for (const auto& [path, text] : texts) {
    BOOST_TEST_CONTEXT(text) {
      const auto& theirs = told.at(path);
      const bool bad = theirs.at(0).starts_with("refused");
      if (const auto refusal = refusals.find(path); refusal != refusals.end()) {
        BOOST_TEST((bad || is_stricter(refusal->second)), refusal->second);
        ++refused;
        continue;
      }
      BOOST_TEST(!bad, theirs.at(0));
      if (!bad) BOOST_TEST(told.at(path + ".again") == theirs, boost::test_tools::per_element());
      ++same;
    }
  }
  BOOST_TEST(same > 150);
  BOOST_TEST(refused > 100);
}

// The number of the line in which pip says that a requirement stands.
BOOST_AUTO_TEST_CASE(lines_are_numbered_as_pip_numbers_them) {
  TemporaryFolder folder;
  const std::string path = folder / "r.txt";
  detail::write_file(path, "# c\n\na==1 \\\n  --hash=sha256:" + sha +
                               "\r\nb\fc\n\xE2\x80\xA8"
                               "d # x \\\ne\n-e git+https://h/r#egg=r\nf;os_name=='x'");
  const Finished pip = cases({"files", path});
  BOOST_REQUIRE_MESSAGE(pip.ok(), pip.err);
  std::vector<std::string> theirs, ours;
  const auto told = told_by_file(pip.out, true);
  for (const std::string& line : told.at(path)) {
    const auto fields = fields_of(line);
    if (is_requirement(line)) theirs.push_back(fields[2] + ' ' + fields[9]);
  }
  for (const Requirement& item : Requirements::read(path).items)
    ours.push_back((item.editable ? "r" : item.name) + ' ' + std::to_string(item.line));
  std::sort(theirs.begin(), theirs.end());
  std::sort(ours.begin(), ours.end());
  BOOST_TEST(ours == theirs, boost::test_tools::per_element());
  BOOST_TEST(ours.size() == 6u);
}

BOOST_AUTO_TEST_SUITE_END()
