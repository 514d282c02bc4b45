// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/budget.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/gathered.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/stages/save.hpp>

#include <boost/filesystem/operations.hpp>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

inline void warn_over_limit(const std::string& path, const Budget& budget, const BackendPolicy& policy,
                            const Context& context) {
  const auto over = [&](std::string_view what, std::uint64_t got, std::uint64_t limit) {
    if (limit == 0 || got <= limit) return;
    context.warn(path, "the package is too large for " + std::string(policy.title) + ": " + std::to_string(got) +
                           " bytes " + std::string(what) + ", the limit is " + std::to_string(limit));
  };
  over("zipped", budget.zipped, budget.zipped_limit);
  over("unzipped", budget.unzipped, budget.limit);
}

// Whether these bytes lie there already.
inline bool lies_at(const std::string& path, const Archive& archive) {
  boost::system::error_code error;
  if (!boost::filesystem::is_regular_file(boost::filesystem::symlink_status(path, error))) return false;
  if (boost::filesystem::file_size(path, error) != archive.size() || error) return false;
  struct Differs {};
  std::uint64_t at = 0;
  Gathered gathered([&](ByteView bytes) {
    if (read_range(path, at, bytes.size()) != as_text(bytes)) throw Differs();
    at += bytes.size();
  });
  try {
    archive.pour([&](ByteView bytes) { gathered.take(bytes); });
    gathered.flush();
    return true;
  } catch (const Differs&) {
    return false;
  } catch (const Error&) {  // it cannot be read, or not any more
    return false;
  }
}

inline bool lies_at(const std::string& path, const std::string& text) {
  try {
    return read_file(path) == text;
  } catch (const Error&) {
    return false;
  }
}

// A zip and its manifest. Both are complete on the disk before either appears, so a full disk leaves both as they were.
// What lies there already is not written again: reading takes a fifth of the time, and who watches the files sees no
// change.
class SavedPair {
 public:
  SavedPair(const std::string& path, const Archive& archive, const std::string& handler,
            std::vector<Manifest::Layer> layers = {})
      : path_(path) {
    if (!lies_at(path, archive)) write_archive(archive, zip_.emplace(path));
    digest_ = archive.sha256().hex();
    Manifest said = archive.manifest();
    if (!handler.empty()) said.handler = handler;
    said.layers = std::move(layers);
    const std::string text = said.json(digest_, archive.size());
    if (!lies_at(manifest_path(path), text)) manifest_.emplace(manifest_path(path)).write(as_bytes(text));
  }

  Deployment commit() {
    if (zip_) zip_->commit(false);
    if (manifest_) manifest_->commit(false);
    return {.id = path_, .digest = digest_, .unchanged = !zip_};
  }

 private:
  std::string path_, digest_;
  std::optional<AtomicFile> zip_, manifest_;
};

inline Manifest::Layer layer_in_manifest(const Split<Archive>::Part& layer, const std::string& path) {
  const Archive& archive = layer.value;
  Manifest::Layer said{.name = layer.name,
                       .file = std::string(last_component(path)),
                       .sha256 = archive.sha256().hex(),
                       .size = archive.size(),
                       .unzipped = archive.manifest().unzipped};
  for (const Distribution& distribution : archive.manifest().distributions)
    said.distributions.push_back(distribution.name);
  return said;
}

}  // namespace detail

DAYPACK_DECL std::string layer_path(const std::string& zip_path, std::string_view layer) {
  static constexpr std::string_view ending = ".daypack.json";
  const std::string manifest = manifest_path(zip_path);
  return manifest.substr(0, manifest.size() - ending.size()) + "-layer-" + std::string(layer) + ".zip";
}

DAYPACK_DECL Split<Deployment> SaveAll::operator()(const Split<Archive>& split, Context& context) const {
  std::deque<detail::SavedPair> files;
  std::vector<Manifest::Layer> layers;
  for (const auto& layer : split.layers) {
    const std::string file = layer_path(path, layer.name);
    files.emplace_back(file, layer.value, "");
    layers.push_back(detail::layer_in_manifest(layer, file));
  }
  detail::SavedPair function(path, split.function.value, handler, std::move(layers));
  Split<Deployment> saved{.function = {.target = split.function.target}};
  for (std::size_t i = 0; i < files.size(); ++i)
    saved.layers.push_back({split.layers[i].name, split.layers[i].target, files[i].commit()});
  saved.function.value = function.commit();
  const BackendPolicy& policy = *split.function.target.backend;
  detail::warn_over_limit(path, budget(split), policy, context);
  for (const auto& layer : split.layers) {
    Budget own = budget(layer.value, *layer.target.backend);
    own.limit = 0;  // counts with the function's
    detail::warn_over_limit(layer_path(path, layer.name), own, *layer.target.backend, context);
  }
  return saved;
}

DAYPACK_DECL Deployment Save::operator()(const Archive& archive, Context& context) const {
  detail::SavedPair files(path, archive, handler);
  const Deployment saved = files.commit();
  if (context.has_target()) {
    const BackendPolicy& policy = *context.target().backend;
    detail::warn_over_limit(path, budget(archive, policy), policy, context);
  }
  return saved;
}

}  // namespace daypack
