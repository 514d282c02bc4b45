// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/version.hpp>
#include <daypack/zip/writer.hpp>

#include <iostream>

int main() { std::cout << "daypack " << daypack::library_version << '\n'; }
