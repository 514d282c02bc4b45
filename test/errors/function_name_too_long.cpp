// expect: daypack: this backend takes no such name for a function
// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

const char* const name =
    function_name<aws::Lambda, "a_name_with_more_than_the_sixty_four_characters_that_the_service_takes">;
