// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/diff.hpp>  // self-contained

#include "support/raw_zip.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_diff)

namespace {

using Texts = std::vector<std::string>;

zip::Reader zip_of(std::vector<RawMember> members) {
  return zip::Reader::of(blob_of(RawZip{.members = std::move(members)}.bytes()), "made.zip",
                         {.profile = zip::Profile::general});
}

RawMember executable(const std::string& name, const std::string& text) {
  RawMember member = raw_member(name, text, false);
  member.central.external_attributes = 0100755U << 16;
  return member;
}

Texts items(const PackageDiff& found) {
  Texts texts;
  for (const auto& item : found.items) texts.push_back(std::string(to_string(item.kind)) + ' ' + item.path);
  return texts;
}

Distribution wheel(const std::string& name, const std::string& version, const std::string& sha256 = "00") {
  return {.name = name, .version = version, .file = name + '-' + version + "-py3-none-any.whl", .sha256 = sha256};
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_kind_of_difference) {
  const auto before =
      zip_of({raw_member("changed", "one", false), raw_member("gone", "x", false), raw_member("mode", "m", false),
              raw_member("same", "s", true), raw_member("stream", std::string(100, 's'), true)});
  const auto after =
      zip_of({raw_member("changed", "two", false), executable("mode", "m"), raw_member("new", "12", false),
              raw_member("same", "s", true), raw_member("stream", std::string(100, 's'), false)});
  const auto found = diff(before, after);
  BOOST_TEST(
      items(found) == (Texts{"changed changed", "removed gone", "mode mode", "added new", "recompressed stream"}),
      boost::test_tools::per_element());
  BOOST_TEST(!found.reordered);
  const auto& fresh = found.items[3];
  BOOST_TEST((fresh.size_before == 0u && fresh.size_after == 2u && fresh.compressed_after == 2u));
  BOOST_TEST(
      reasons(found) == Texts{"entries: 1 added, 1 removed, 1 changed, 1 with another mode, 1 deflated otherwise"},
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_differs) {
  const auto one = zip_of({raw_member("a", "1", true), raw_member("folder/", "", false)});
  const auto found = diff(one, zip_of({raw_member("a", "1", true)}));
  BOOST_TEST(found.items.empty());
  BOOST_TEST(reasons(found).empty());
}

BOOST_AUTO_TEST_CASE(contents_of_one_length_and_crc_are_compared) {
  // Both have CRC-32 0x4ddb0c25, as everybody can compute.
  const auto found = diff(zip_of({raw_member("a", "plumless", false)}), zip_of({raw_member("a", "buckeroo", false)}));
  BOOST_TEST(items(found) == Texts{"changed a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(order) {
  const auto found = diff(zip_of({raw_member("a", "1", false), raw_member("b", "2", false)}),
                          zip_of({raw_member("b", "2", false), raw_member("a", "1", false)}));
  BOOST_TEST(found.items.empty());
  BOOST_TEST(reasons(found) == Texts{"the entries stand in another order"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(manifests_tell_why) {
  const auto before = zip_of({raw_member("app.py", "1", false), raw_member("numpy.py", "1", false),
                              raw_member("six.py", "1", false), raw_member("yaml.py", "1", false)});
  const auto after = zip_of({raw_member("app.py", "2", false), raw_member("idna.py", "1", false),
                             raw_member("numpy.py", "2", false), raw_member("yaml.py", "2", false)});
  const Manifest old_manifest{
      .python = "3.11",
      .level = 6,
      .distributions = {wheel("numpy", "1"), wheel("six", "1"), wheel("unchanged", "1"), wheel("yaml", "1")},
      .items = {{.path = "app.py"},
                {.path = "numpy.py", .distribution = "numpy"},
                {.path = "six.py", .distribution = "six"},
                {.path = "yaml.py", .distribution = "yaml"}}};
  const Manifest new_manifest{
      .python = "3.12",
      .handler = "app.handler",
      .level = 6,
      .distributions = {wheel("idna", "3"), wheel("numpy", "2"), wheel("unchanged", "1"), wheel("yaml", "1", "01")},
      .items = {{.path = "app.py"},
                {.path = "idna.py", .distribution = "idna"},
                {.path = "numpy.py", .distribution = "numpy"},
                {.path = "yaml.py", .distribution = "yaml"}}};
  const auto found = diff(before, after, &old_manifest, &new_manifest);
  BOOST_TEST(reasons(found) == (Texts{"python 3.11 -> 3.12", "handler none -> app.handler", "your own files: 1 changed",
                                      "idna 3 is new: 1 added", "numpy 1 -> 2: 1 changed", "six 1 is gone: 1 removed",
                                      "yaml 1, another wheel: 1 changed"}),
             boost::test_tools::per_element());
  BOOST_TEST(found.distributions.size() == 4u);
  BOOST_TEST(found.items[1].distribution == "idna");
}

BOOST_AUTO_TEST_CASE(the_same_wheel_with_other_contents_is_told) {
  const auto before = zip_of({raw_member("a.pyc", "1", false)}), after = zip_of({raw_member("a.pyc", "2", false)});
  const Manifest manifest{.distributions = {wheel("a", "1")}, .items = {{.path = "a.pyc", .distribution = "a"}}};
  BOOST_TEST(reasons(diff(before, after, &manifest, &manifest)) == Texts{"a, the same wheel: 1 changed"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
