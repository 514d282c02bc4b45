// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/images.hpp>
#include <daypack/policy.hpp>

#include <array>
#include <string_view>

// Alibaba Cloud Function Compute 3.0, built-in runtimes, x86_64 only. Facts of 2026-11-20.
namespace daypack::aliyun {

namespace facts {

// Lists of the provider's documents ("built-in modules"), and of the fc-docker images for 3.6 and 3.9. No version is
// promised.
inline constexpr std::array preinstalled_36{Preinstalled{"lxml", "4.7.1"},   Preinstalled{"matplotlib", "2.0.2"},
                                            Preinstalled{"numpy", "1.13.3"}, Preinstalled{"opencv-python", "3.3.0.10"},
                                            Preinstalled{"oss2", "2.9.1"},   Preinstalled{"requests", "2.27.1"},
                                            Preinstalled{"scipy", "1.0.0"},  Preinstalled{"scrapy", "1.4.0"},
                                            Preinstalled{"urllib3", "1.23"}};
inline constexpr std::array preinstalled_39{
    Preinstalled{"aiohttp", "3.8.1"},       Preinstalled{"aliyun-fc2", "2.5.0"},
    Preinstalled{"cryptography", "36.0.0"}, Preinstalled{"elasticsearch", "7.15.2"},
    Preinstalled{"lxml", "4.6.4"},          Preinstalled{"matplotlib", "3.4.3"},
    Preinstalled{"numpy", "1.21.4"},        Preinstalled{"opencv-python", "4.5.4.58"},
    Preinstalled{"oss2", "2.15.0"},         Preinstalled{"pillow", "8.4.0"},
    Preinstalled{"protobuf", "3.19.1"},     Preinstalled{"requests", "2.26.0"},
    Preinstalled{"scipy", "1.7.2"},         Preinstalled{"scrapy", "2.5.1"},
    Preinstalled{"tablestore", "5.2.1"},    Preinstalled{"twisted", "21.7.0"},
    Preinstalled{"urllib3", "1.26.7"}};
inline constexpr std::array preinstalled_310{Preinstalled{"aliyun-fc2", "2.5.2"},
                                             Preinstalled{"aliyun-log-python-sdk", "0.8.0"},
                                             Preinstalled{"aliyun-mns", "1.1.5"},
                                             Preinstalled{"aliyun-python-sdk-cdn", "3.7.8"},
                                             Preinstalled{"aliyun-python-sdk-ecs", "4.24.26"},
                                             Preinstalled{"aliyun-python-sdk-iot", "8.47.0"},
                                             Preinstalled{"aliyun-python-sdk-kms", "2.16.0"},
                                             Preinstalled{"aliyun-python-sdk-ram", "3.2.0"},
                                             Preinstalled{"aliyun-python-sdk-rds", "2.7.2"},
                                             Preinstalled{"aliyun-python-sdk-sts", "3.1.0"},
                                             Preinstalled{"aliyun-python-sdk-vpc", "3.0.27"},
                                             Preinstalled{"elasticsearch", "8.5.2"},
                                             Preinstalled{"oss2", "2.16.0"},
                                             Preinstalled{"pillow", "9.3.0"},
                                             Preinstalled{"pymysql", "1.0.2"},
                                             Preinstalled{"redis", "4.4.0"},
                                             Preinstalled{"requests", "2.28.1"},
                                             Preinstalled{"scrapy", "2.7.1"},
                                             Preinstalled{"tablestore", "5.4.1"},
                                             Preinstalled{"wand", "0.6.10"}};
inline constexpr std::array preinstalled_312{Preinstalled{"alibabacloud-cdn20180510", "4.0.0"},
                                             Preinstalled{"alibabacloud-ecs20140526", "4.1.9"},
                                             Preinstalled{"alibabacloud-iot20180120", "5.1.0"},
                                             Preinstalled{"alibabacloud-kms20160120", "2.2.1"},
                                             Preinstalled{"alibabacloud-mns-open20220119", "1.0.3"},
                                             Preinstalled{"alibabacloud-ram20150501", "1.1.0"},
                                             Preinstalled{"alibabacloud-rds20140815", "6.0.1"},
                                             Preinstalled{"alibabacloud-sls20201230", "5.2.2"},
                                             Preinstalled{"alibabacloud-sts20150401", "3.1.0"},
                                             Preinstalled{"alibabacloud-vpc20160428", "6.7.2"},
                                             Preinstalled{"elasticsearch", "8.14.0"},
                                             Preinstalled{"oss2", "2.18.6"},
                                             Preinstalled{"pillow", "10.4.0"},
                                             Preinstalled{"pymysql", "1.4.6"},
                                             Preinstalled{"pyopenssl", "24.2.1"},
                                             Preinstalled{"redis", "5.0.7"},
                                             Preinstalled{"requests", "2.32.3"},
                                             Preinstalled{"scrapy", "2.11.2"},
                                             Preinstalled{"wand", "0.6.11"}};

// Where a row comes from: system and so glibc are those of the provider's "runtime overview", read on 2026-11-20. Its
// pages name no patch release: the newest is taken that was out when the preinstalled packages were. An older one
// never hurts: it only makes markers such as python_full_version < "3.11.3" add a backport.
inline constexpr std::array<Runtime, 4> runtimes{{
    // Debian 9; packages of 2022-01 (fc-docker images); "python3", still listed, past its end at python.org
    {.python = {3, 6},
     .full_version = "3.6.15",
     .glibc = {2, 24},
     .image = &images::debian_9,
     .support = Support::deprecated,
     .preinstalled = facts::preinstalled_36},
    // Debian 9; packages of 2021-12 (documents, fc-docker images)
    {.python = {3, 9},
     .full_version = "3.9.9",
     .glibc = {2, 24},
     .image = &images::debian_9,
     .preinstalled = facts::preinstalled_39},
    // Debian 10; packages of 2022-12 (documents)
    {.python = {3, 10},
     .full_version = "3.10.9",
     .glibc = {2, 28},
     .image = &images::debian_10,
     .preinstalled = facts::preinstalled_310},
    // Debian 11; packages of 2024-07 (documents); not in every region
    {.python = {3, 12},
     .full_version = "3.12.4",
     .glibc = {2, 31},
     .image = &images::debian_11,
     .preinstalled = facts::preinstalled_312},
}};

// The handler's module lies at the root. Whether the closed-source server finds it as bytecode alone is documented
// nowhere.
inline constexpr std::array<std::string_view, 1> entry_sources{"/*.py"};

// Zipped: by OSS in the large regions; 100 MB in the others; a layer the same. Direct: 100 MB are documented for the
// base64 in the call, yet a layer of 48 MB was refused; above about 20 MB OSS is the way. No limit of the unpacked size
// is documented. Five layers and 4 KB of variables for each function. Source: limits of usage (documents), refusals in
// public issues.
inline constexpr Limits limits{.zipped = 524'288'000,
                               .zipped_least = 104'857'600,
                               .direct = 20'971'520,
                               .request = 104'857'600,
                               .environment = 4096,
                               .layers = 5,
                               .layer_zipped = 524'288'000};

// The documents on layers, and LD_LIBRARY_PATH of the fc-docker images with the /opt/lib that the documents add.
inline constexpr std::array<std::string_view, 2> search_path{"/code", "/opt/python"};
inline constexpr std::string_view library_path = "/code:/code/lib:/usr/local/lib:/opt/lib";

// alibabacloud_fc20230330 4.8.3; the same is taken for layers, whose rule is not written there.
inline constexpr NameRule name_rule{.least = 1, .most = 64, .first = "A-Za-z_"};

// Lithops for Function Compute. The requirements.txt that its README of 3.1.3 (seed of 2024-03-27) tells users to
// extend, and what 3.8.0 installs itself.
inline constexpr std::array<std::string_view, 14> lithops_2024{
    "oss2",       "pika",  "flask",       "gevent", "redis", "requests", "PyYAML",
    "kubernetes", "numpy", "cloudpickle", "ps-mem", "tblib", "psutil",   "aliyun-fc2"};
inline constexpr std::array<std::string_view, 6> lithops_2026{"six",         "pika",   "tblib",
                                                              "cloudpickle", "ps-mem", "psutil"};
inline constexpr std::array<BaseList, 2> base_lists{
    {{"lithops-3.1.3", "2024-03-27", lithops_2024}, {"lithops-3.8.0", "2026-11-20", lithops_2026}}};

inline constexpr std::array<std::string_view, 4> sources{
    "Function Compute documents, limits of usage, runtimes, layers and built-in modules, 2026-11-20",
    "alibabacloud_fc20230330 4.8.3, 2026-11-20", "fc-docker, 2026-11-21", "lithops 3.8.0, 2026-11-20"};

}  // namespace facts

// A layer: only python/ is documented, no folder of one version.
struct Layer {
  static constexpr BackendPolicy policy{
      .name = "aliyun_layer",
      .title = "Alibaba Cloud Function Compute layer",
      .kind = PackageKind::layer,
      .functions = "aliyun_fc",
      .runtimes = facts::runtimes,
      .limits = facts::limits,
      .packages_folder = "python",
      .code_folder = "python",
      .task_root = "/opt",
      .handler = {.form = HandlerForm::none},
      .keeps_symlinks = false,
      .search_path = facts::search_path,
      .library_path = facts::library_path,
      .layer_order = LayerOrder::first_wins,
      .has_memory = false,
      .timeout_most = 0,
      .layer_name = facts::name_rule,
      .base_lists = facts::base_lists,
      .sources = facts::sources,
  };
};

struct Fc {
  static constexpr BackendPolicy policy{
      .name = "aliyun_fc",
      .title = "Alibaba Cloud Function Compute",
      .layer = &Layer::policy,
      .runtimes = facts::runtimes,
      .limits = facts::limits,
      .task_root = "/code",
      .entry_sources = facts::entry_sources,
      .handler = {.form = HandlerForm::module_function},
      .keeps_symlinks = false,  // nothing is documented
      .search_path = facts::search_path,
      .library_path = facts::library_path,
      .layer_order = LayerOrder::first_wins,  // layers are extracted in reverse order (documents)
      .memory = {.least = 128, .most = 32768, .usual = 256, .step = 64},
      .timeout_most = 86400,
      .function_name = facts::name_rule,
      .layer_name = facts::name_rule,
      .base_lists = facts::base_lists,
      .sources = facts::sources,
  };
};

}  // namespace daypack::aliyun
