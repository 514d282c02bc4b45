# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""A recipe for Conan 2: `conan create examples/packages/conan` from a checkout. The package is headers, and the same package
for CMake that `cmake --install` makes, so that find_package(daypack) is used as everywhere."""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

CHECKOUT = os.path.join("..", "..", "..")


class Daypack(ConanFile):
    name = "daypack"
    description = "Packaging pipelines for serverless Python"
    license = "BSL-1.0"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"

    def set_version(self):
        text = load(self, os.path.join(self.recipe_folder, CHECKOUT, "include/daypack/version.hpp"))
        self.version = re.search(r'library_version = "([^"]+)"', text)[1]

    def export_sources(self):
        for pattern in "include/*", "CMakeLists.txt", "LICENSE":
            copy(self, pattern, os.path.join(self.recipe_folder, CHECKOUT), self.export_sources_folder)

    def requirements(self):
        for needed in ("boost/[>=1.81]", "openssl/[>=3]", "zlib/[>=1.2]", "libdeflate/[>=1.14]", "pugixml/[>=1.12]", "tomlplusplus/[>=3.3]",
                       "elfutils/[>=0.186]"):
            self.requires(needed, transitive_headers=True, transitive_libs=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables.update(DAYPACK_TESTS=False, DAYPACK_EXAMPLES=False)
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install(component="development")
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "daypack")]
