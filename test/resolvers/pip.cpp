// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/resolvers/pip.hpp>  // self-contained
