// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// The zip writer alone, which may need no library but zlib.
#include <daypack/zip/writer.hpp>

int main() {}
