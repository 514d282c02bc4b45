// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/requirements.hpp>

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <string>

namespace daypack::detail {

inline std::string folder_of_project(const Project& project) {
  return boost::filesystem::absolute(project.file).lexically_normal().parent_path().string();
}

// The folder of the project whose [tool.uv] uv shall follow, as it does when it is run there; empty when there is none,
// such as for a text that is no file.
// Error{usage} when two of them have settings.
inline std::string uv_project_folder(const Requirements& requirements) {
  const Project* chosen = nullptr;
  for (const Project& project : requirements.projects) {
    if (chosen == nullptr || (chosen->uv_settings.empty() && !project.uv_settings.empty())) {
      chosen = &project;
    } else if (!project.uv_settings.empty() && folder_of_project(project) != folder_of_project(*chosen)) {
      throw Error(Errc::usage, "two projects have settings for uv, and only one set of them can hold",
                  chosen->file + " (" + chosen->uv_settings.front() + ") and " + project.file + " (" +
                      project.uv_settings.front() + ')',
                  "make one workspace of them (uv lock) and name its uv.lock, or package them one by one");
    }
  }
  const std::string folder = chosen == nullptr ? "" : folder_of_project(*chosen);
  return boost::filesystem::is_directory(folder) ? folder : "";
}

// For resolvers that know nothing of [tool.uv].
inline void refuse_uv_settings(const Requirements& requirements, const std::string& resolver) {
  for (const Project& project : requirements.projects) {
    if (project.uv_settings.empty()) continue;
    throw Error(Errc::usage, resolver + " does not follow a setting of [tool.uv]",
                project.uv_settings.front() + " (" + project.file + ')',
                "resolve with uv, or lock the project (uv lock) and name its uv.lock");
  }
}

}  // namespace daypack::detail
