// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/save.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/filesystem/operations.hpp>
#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stage.hpp>
#include <daypack/testing/fail_at.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_save)

namespace {

constexpr BackendPolicy lab{.name = "lab", .title = "the lab", .limits = {.zipped = 6, .unzipped = 100}};

Archive sample(std::uint64_t unzipped) {
  Sha256 digest;
  digest.bytes[0] = 0xab;
  return Archive({blob_of("new "), blob_of("zip")}, digest, Manifest{.backend = "lab", .unzipped = unzipped});
}

Split<Archive> split_sample(std::uint64_t second_layer = 20) {
  const auto archive = [](const char* text, std::uint64_t unzipped) {
    const Blob blob = blob_of(text);
    return Archive({blob}, sha256_of(blob.bytes),
                   Manifest{.unzipped = unzipped, .distributions = {{"numpy", "2", "", ""}}});
  };
  const TargetFacts facts{&lab, nullptr, Arch::x86_64};
  return {.function = {"", facts, archive("new f", 60)},
          .layers = {{"1", facts, archive("new 1", 30)}, {"two", facts, archive("new two", second_layer)}}};
}

}  // namespace

static_assert(stage<Save> && std::same_as<takes<Save>, Archive> && std::same_as<gives<Save>, Deployment>);

BOOST_AUTO_TEST_CASE(writes_the_zip_and_its_manifest) {
  const TemporaryFolder folder;
  Observed observed;
  const std::string path = folder / "deep/out.zip";
  const Deployment saved = Save{.path = path}(sample(1), observed.context);
  BOOST_TEST(saved.id == path);
  BOOST_TEST(saved.digest == "ab" + std::string(62, '0'));
  BOOST_TEST(detail::read_file(path) == "new zip");
  const SavedManifest manifest = read_manifest(folder / "deep/out.daypack.json");
  BOOST_TEST(manifest.sha256 == saved.digest);
  BOOST_TEST(manifest.size == 7u);
  BOOST_TEST(manifest.backend == "lab");
  BOOST_TEST(observed.remarks->empty());
}

BOOST_AUTO_TEST_CASE(what_lies_there_already_is_not_written_again) {
  const TemporaryFolder folder;
  Observed observed;
  const std::string path = folder / "out.zip", beside = folder / "out.daypack.json";
  const auto saved = [&](const Archive& archive) { return Save{.path = path}(archive, observed.context).unchanged; };
  const auto age = [&] {
    for (const std::string& file : {path, beside}) boost::filesystem::last_write_time(file, 1'000'000'000);
  };
  const auto dates = [&] {
    return std::pair(boost::filesystem::last_write_time(path) == 1'000'000'000,
                     boost::filesystem::last_write_time(beside) == 1'000'000'000);
  };
  BOOST_TEST(!saved(sample(1)));
  age();
  BOOST_TEST(saved(sample(1)));
  BOOST_TEST((dates() == std::pair(true, true)));
  BOOST_TEST(saved(sample(2)));  // another manifest of the same bytes
  BOOST_TEST((dates() == std::pair(true, false)));
  for (const char* other : {"old zip", "new zi", "new zips"}) {
    detail::write_file(path, other);
    age();
    BOOST_TEST(!saved(sample(1)));
    BOOST_TEST(detail::read_file(path) == "new zip");
  }
  boost::filesystem::rename(path, folder / "elsewhere");
  boost::filesystem::create_symlink("elsewhere", path);
  BOOST_TEST(!saved(sample(1)));
  BOOST_TEST(boost::filesystem::is_regular_file(boost::filesystem::symlink_status(path)));
}

BOOST_AUTO_TEST_CASE(warns_of_each_limit_that_is_exceeded) {
  const TemporaryFolder folder;
  Observed observed;
  Context context = observed.context.with_target({&lab, nullptr, Arch::x86_64});
  const std::string path = folder / "out.zip";
  Save{.path = path}(sample(101), context);
  const std::vector<std::string> expected{
      path + ": the package is too large for the lab: 7 bytes zipped, the limit is 6",
      path + ": the package is too large for the lab: 101 bytes unzipped, the limit is 100"};
  BOOST_TEST(observed.texts() == expected, boost::test_tools::per_element());
  BOOST_TEST((observed.remarks->front().severity == Remark::Severity::warning));
}

BOOST_AUTO_TEST_CASE(the_limit_itself_still_fits) {
  static constexpr BackendPolicy fits{.title = "the lab", .limits = {.zipped = 7, .unzipped = 100}};
  const TemporaryFolder folder;
  Observed observed;
  Context context = observed.context.with_target({&fits, nullptr, Arch::x86_64});
  Save{.path = folder / "out.zip"}(sample(100), context);
  BOOST_TEST(observed.texts().empty());
}

BOOST_AUTO_TEST_CASE(a_failure_leaves_no_half) {
  const TemporaryFolder folder;
  Observed observed;
  const std::string path = folder / "out.zip";
  int failures = 0, inconsistent = 0;
  for (int n = 1;; ++n) {
    detail::write_file(path, "old");
    detail::write_file(folder / "out.daypack.json", "old");
    testing::fail_at fault{n};
    bool threw = false;
    try {
      Save{.path = path}(sample(1), observed.context);
    } catch (const Error& error) {
      threw = true;
      BOOST_TEST((error.code() == Errc::unwritable));
    }
    if (!fault.hit()) break;
    failures += threw;
    const std::string zip = detail::read_file(path), manifest = detail::read_file(folder / "out.daypack.json");
    BOOST_TEST((zip == "old" || zip == "new zip"));
    BOOST_TEST((manifest == "old" || manifest.ends_with("}\n")));
    // What cannot be read to be compared is written.
    if (!threw) BOOST_TEST((zip == "new zip" && manifest != "old"));
    inconsistent += (zip == "old") != (manifest == "old");
    BOOST_TEST(std::distance(boost::filesystem::directory_iterator(folder.path()),
                             boost::filesystem::directory_iterator()) == 2);
  }
  BOOST_TEST(failures >= 6);
  BOOST_TEST(inconsistent <=
             3);  // only what makes the manifest durable and renames it comes after the zip has appeared
}

BOOST_AUTO_TEST_CASE(layers_lie_beside_their_function) {
  BOOST_TEST(layer_path("a/out.zip", "1") == "a/out-layer-1.zip");
  BOOST_TEST(layer_path("package", "two") == "package-layer-two.zip");
  const TemporaryFolder folder;
  Observed observed;
  const std::string path = folder / "out.zip";
  const Split<Deployment> saved = SaveAll{.path = path, .handler = "app.handler"}(split_sample(), observed.context);
  BOOST_TEST(saved.function.value.id == path);
  BOOST_TEST(saved.layers.at(1).value.id == folder / "out-layer-two.zip");
  BOOST_TEST(detail::read_file(folder / "out-layer-two.zip") == "new two");
  const SavedManifest function = read_manifest(folder / "out.daypack.json");
  BOOST_TEST(function.handler == "app.handler");
  BOOST_REQUIRE(function.layers.size() == 2U);
  const Manifest::Layer& layer = function.layers[1];
  BOOST_TEST(layer.name == "two");
  BOOST_TEST(layer.file == "out-layer-two.zip");
  BOOST_TEST(layer.sha256 == sha256_of(as_bytes("new two")).hex());
  BOOST_TEST(layer.sha256 == read_manifest(folder / "out-layer-two.daypack.json").sha256);
  BOOST_TEST(layer.size == 7U);
  BOOST_TEST(layer.unzipped == 20U);
  BOOST_TEST(layer.distributions == std::vector<std::string>{"numpy"}, boost::test_tools::per_element());
  const std::vector<std::string> warned{
      path + ": the package is too large for the lab: 110 bytes unzipped, the limit is 100",
      folder / "out-layer-two.zip" + ": the package is too large for the lab: 7 bytes zipped, the limit is 6"};
  BOOST_TEST(observed.texts() == warned, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_layer_unpacks_counts_with_its_function_alone) {
  const TemporaryFolder folder;
  Observed observed;
  const std::string path = folder / "out.zip";
  SaveAll{.path = path}(split_sample(101), observed.context);
  const std::vector<std::string> warned{
      path + ": the package is too large for the lab: 191 bytes unzipped, the limit is 100",
      folder / "out-layer-two.zip" + ": the package is too large for the lab: 7 bytes zipped, the limit is 6"};
  BOOST_TEST(observed.texts() == warned, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_leaves_function_and_layers_as_they_were) {
  const TemporaryFolder folder;
  Observed observed;
  const std::vector<std::string> names{"out.zip",           "out.daypack.json",
                                       "out-layer-1.zip",   "out-layer-1.daypack.json",
                                       "out-layer-two.zip", "out-layer-two.daypack.json"};
  int all_old = 0;
  for (int n = 1;; ++n) {
    for (const std::string& name : names) detail::write_file(folder / name, "old");
    testing::fail_at fault{n};
    bool threw = false;
    try {
      SaveAll{.path = folder / "out.zip"}(split_sample(), observed.context);
    } catch (const Error& error) {
      threw = true;
      BOOST_TEST((error.code() == Errc::unwritable));
    }
    if (!fault.hit()) break;
    std::size_t old = 0;
    for (const std::string& name : names) old += detail::read_file(folder / name) == "old";
    all_old += old == names.size();
    // Nothing but renames comes after all is written, and the function's manifest is the last. What cannot be read to
    // be compared is written.
    BOOST_TEST((threw || old == 0));
    if (threw) BOOST_TEST(detail::read_file(folder / "out.daypack.json") == "old");
    BOOST_TEST(std::distance(boost::filesystem::directory_iterator(folder.path()),
                             boost::filesystem::directory_iterator()) == 6);
  }
  BOOST_TEST(all_old >= 18);  // three files each: made, written, made durable or renamed
}

BOOST_AUTO_TEST_SUITE_END()
