// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/upload.hpp>  // self-contained

#include <daypack/pipeline.hpp>
#include "../support/lab.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_upload)

namespace {

struct Shelf {
  using backend = AnyBackend;
  std::string name = "shelf";
  Deployment deliver(const Archive& archive, Context&) const {
    return {.id = name, .digest = archive.sha256().hex(), .version = std::to_string(archive.size())};
  }
};
struct OnlyFission {
  using backend = lab::Fission;
  Deployment deliver(const Archive&, Context&) const { return {.id = "fission"}; }
};
struct NoBackend {
  Deployment deliver(const Archive&, Context&) const { return {}; }
};

static_assert(provider<Shelf> && provider<OnlyFission> && !provider<NoBackend> && !provider<int>);
static_assert(std::same_as<decltype(Upload{Shelf{}}), Upload<Shelf>> && stage<Upload<Shelf>>);

}  // namespace

BOOST_AUTO_TEST_CASE(it_hands_the_archive_to_its_provider) {
  const Archive archive({blob_of("12345")}, {}, {});
  const Context context{Services{}};
  const Deployment live = (target<lab::Fission, 3.12_py> | Upload{Shelf{.name = "top"}})(archive, context);
  BOOST_TEST(live.id == "top");
  BOOST_TEST(live.version == "5");
  BOOST_TEST((target<lab::Fission, 3.12_py> | Upload{OnlyFission{}})(archive, context).id == "fission");
}

BOOST_AUTO_TEST_SUITE_END()
