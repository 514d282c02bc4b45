# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
# An overlay port: `vcpkg install daypack --overlay-ports=examples/packages/vcpkg` from a checkout. A port of a registry
# gets SOURCE_PATH from vcpkg_from_github or its like instead.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release) # headers alone
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}" OPTIONS -DDAYPACK_TESTS=OFF -DDAYPACK_EXAMPLES=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/daypack)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
