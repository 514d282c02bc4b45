// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Both profiles of the reader against 3,515 archives from the tests of other readers, judged by what eleven of those
// make of them.
#include <daypack/zip/reader.hpp>

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/sign/sha256.hpp>

#include <boost/filesystem.hpp>
#include <boost/json.hpp>

#include <cstdlib>
#include <set>
#include <sstream>
#include <support/programs.hpp>
#include <support/temporary_folder.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(interop_zipcases)

namespace {

// The archives are not part of the project: they are used where they lie beside it.
std::string cases_archive() {
  if (const char* named = std::getenv("DAYPACK_ZIPCASES")) return named;
  const auto root = boost::filesystem::absolute(__FILE__).parent_path().parent_path().parent_path();
  return (root.parent_path() / "shared" / "zipcases.tar.xz").string();
}

struct Answer {
  zip::Problem problem = {};
  boost::json::object tree =
      {};  // name to the first 16 hexadecimal digits of the content's SHA-256, as in the manifest
};

Answer answer_to(const std::string& path, zip::Profile profile) {
  zip::Reader reader;
  Answer answer{.problem = reader.open(daypack::detail::map_file(path), {.profile = profile})};
  for (const zip::Member& member : reader.members()) {
    Blob content;
    answer.problem = {zip::Reader::inflate(member, content), std::string(member.name), {}};
    if (answer.problem) return answer;
    if (!member.folder()) answer.tree[member.name] = sha256_of(content.bytes).hex().substr(0, 16);
  }
  return answer;
}

// Some trees are given by their size alone. Without a tree pip refuses the archive.
bool same_tree(const boost::json::object& ours, const boost::json::value& theirs) {
  const auto* tree = theirs.if_object();
  if (!tree) return false;
  if (const auto* count = tree->if_contains("#files")) return count->to_number<std::size_t>() == ours.size();
  return ours == *tree;
}

// Judged by hand. Labelled as wrong, but with a wrong time, owner or digest in an extra field that nobody reads here,
// or with names that only another system cannot hold: all readers see one tree.
const std::set<std::string> harmless{
    "badly-formed/LocalHeader/extra-sizes/between-lower-bound",
    "badly-formed/LocalHeader/extra-sizes/between-upper-bound",
    "badly-formed/extras/0x0a51-minizip-hash/zero-length-digest",
    "badly-formed/extras/0x5455-UT/full-unexpected",
    "badly-formed/extras/0x5455-UT/mod-missing-in-cd",
    "badly-formed/extras/0x5455-UT/mod-truncated",
    "badly-formed/extras/0x554e-xceed-unicode/filename-truncated",
    "badly-formed/extras/0x7875-ux/GID-size",
    "badly-formed/extras/0x7875-ux/UID",
    "filenames/case-insensitive-duplicate",
    "filenames/windows-device-name/with-extension",
};

// Members whose mode says pipe, and a folder whose mode says file: readers take the name's word, wheels have none such.
const std::set<std::string> modes_of_no_wheel{
    "commons-compress/COMPRESS-379.jar",
    "libzip/zip64.zip",
    "rs-async-zip-0.0.22/src/tests/read/zip64/zip64.zip",
    "rs-async-zip/read/zip64/zip64.zip",
};

bool is_harmless(const std::string& path) {
  const std::string begin = "zipdetails/0000-errors/", end = "/test.zip";
  return path.starts_with(begin) && path.ends_with(end) &&
         harmless.contains(path.substr(begin.size(), path.size() - begin.size() - end.size()));
}

// What is wrong with the answer; empty when nothing is. What the index's own checks refuse is no wheel: it may be
// refused.
std::string verdict_of_strict(const boost::json::object& judged, const Answer& answer) {
  const auto text = [&](const char* key) -> std::string { return judged.at(key).as_string().c_str(); };
  const auto* index = judged.at("verdicts").as_object().at("index").if_bool();
  const bool refused_by_index = index && !*index;
  if (answer.problem) {
    const bool must = text("expect") == "accept" && !refused_by_index && !modes_of_no_wheel.contains(text("path"));
    return must ? "is refused: " + std::string(to_string(answer.problem.fault)) + " " + answer.problem.member : "";
  }
  if (text("expect") == "reject" && !is_harmless(text("path"))) return "is accepted";
  if (text("consensus") == "ambiguous" && refused_by_index) return "is accepted, and refused by the index";
  return same_tree(answer.tree, judged.at("pip_tree")) ? "" : "is accepted with another tree than pip's";
}

// Names in UTF-8 that do not say so: macOS writes such. pip shows them as code page 437, Info-ZIP and bsdtar as they
// are.
const std::set<std::string> unmarked_utf8{"commons-compress/COMPRESS-214_unix_symlinks.zip", "go/utf8-osx.zip"};

// General: what all readers take is taken, whatever else is taken is pip's tree. All readers take a backslash, and one
// file that the attributes of MS-DOS call a folder; here neither is safe.
std::string verdict_of_general(const boost::json::object& judged, const Answer& answer) {
  const std::string path = judged.at("path").as_string().c_str();
  if (answer.problem) {
    const auto unsafe = [&] {
      return is_unsafe_name(answer.problem.fault) || answer.problem.fault == zip::Fault::special_file;
    };
    const bool must = judged.at("consensus").as_string() == "all-accept" && !unsafe();
    return must ? "is refused: " + std::string(to_string(answer.problem.fault)) + " " + answer.problem.member : "";
  }
  if (judged.at("consensus").as_string() == "all-reject") return "is accepted, and by no other reader";
  if (same_tree(answer.tree, judged.at("pip_tree")) || unmarked_utf8.contains(path)) return "";
  return "is accepted with another tree than pip's";
}

using Verdict = std::string (*)(const boost::json::object& judged, const Answer& answer);

// Judges all archives; nothing when they are not there.
void judge_all(zip::Profile profile, Verdict verdict) {
  const std::string archive = cases_archive();
  if (!boost::filesystem::exists(archive)) {
    BOOST_TEST_MESSAGE("no archives: DAYPACK_ZIPCASES does not name them");
    return;
  }
  TemporaryFolder folder;
  BOOST_REQUIRE(passes("tar -xJf '" + archive + "' -C " + folder.path().string()));
  std::istringstream manifest(daypack::detail::read_file(folder / "zipcases/manifest.jsonl"));
  std::size_t count = 0, accepted = 0;
  for (std::string line; std::getline(manifest, line); ++count) {
    const boost::json::value judged = boost::json::parse(line);
    const std::string name = judged.at("path").as_string().c_str();
    const Answer answer = answer_to(folder / ("zipcases/" + name), profile);
    accepted += !answer.problem;
    const std::string fault = verdict(judged.as_object(), answer);
    BOOST_TEST(fault == "", name << " " << fault);
  }
  BOOST_TEST_MESSAGE(accepted << " of " << count << " accepted");
  BOOST_TEST(count > 3000U);
}

}  // namespace

BOOST_AUTO_TEST_CASE(strict_there_is_never_a_third_answer) { judge_all(zip::Profile::strict, verdict_of_strict); }

BOOST_AUTO_TEST_CASE(general_there_is_never_a_third_answer) { judge_all(zip::Profile::general, verdict_of_general); }

BOOST_AUTO_TEST_SUITE_END()
