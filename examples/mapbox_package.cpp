// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// The three figures of "Tips for creating powerful Lambda functions" (Mapbox, 2018) for the rasterio of 2026: the
// package as pip leaves it, after the article's pruning, after its bytecode. There they were 138, 100 and 93 MB. needs:
// python3.11 prints: ^before: 1[34]\d\.\d MB, zip 5\d\.\d MB$ prints: ^after prune: 1[12]\d\.\d MB, zip 3\d\.\d MB$
// prints: ^after bytecode: 1[12]\d\.\d MB, zip 3\d\.\d MB$
// prints: ^mapbox: \d{2}\.\d MB less in \d{3,} files$
#include <daypack/daypack.hpp>
#include <daypack/rules/mapbox.hpp>
#include <daypack/standard.hpp>

#include <cstdint>
#include <iomanip>
#include <iostream>
#include <string_view>

using namespace daypack;

double megabytes(std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

void tell(std::string_view step, const Archive& archive) {
  std::uint64_t unpacked = 0;
  for (const Manifest::Item& item : archive.manifest().items) unpacked += item.size;
  std::cout << step << ": " << megabytes(unpacked) << " MB, zip " << megabytes(archive.size()) << " MB\n";
}

int main() {
  std::cout << std::fixed << std::setprecision(1);
  const auto here = target<aws::Lambda, 3.11_py>;
  // Nothing that was published later counts, so that the figures stay.
  const auto packages = once(Resolve{.resolver = Uv{.exclude_newer = "2026-11-20"}} | Vendor{});
  const auto pruned = once(Prune<rules::Mapbox>{});
  const Requirements rasterio = Requirements::of({"rasterio[s3]"});
  const Context context = standard_context();

  tell("before", (here | packages | Zip{})(rasterio, context));
  const Archive archive = (here | packages | pruned | Zip{})(rasterio, context);
  tell("after prune", archive);
  tell("after bytecode", (here | packages | pruned | PycOnly{} | Zip{})(rasterio, context));

  std::uint64_t bytes = 0, files = 0;
  for (const LedgerLine& line : archive.manifest().ledger) {
    if (line.rule != rules::Mapbox::name) continue;
    bytes += line.bytes;
    ++files;
  }
  std::cout << "mapbox: " << megabytes(bytes) << " MB less in " << files << " files\n";
}
