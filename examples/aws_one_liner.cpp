// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// From requirements to a function on AWS Lambda in one expression. Region and credentials are found as AWS's own tools
// find them; in tests moto stands for AWS.
// needs: python3.11
// server: moto
// prints: ^arn:aws:lambda:us-east-1:123456789012:function:thumbnails\S* is live$
// prints: ^again: nothing had to be sent$
#include <daypack/daypack.hpp>
#include <daypack/providers/aws_function.hpp>
#include <daypack/standard.hpp>

#include <fstream>
#include <iostream>

using namespace daypack;

int main() {
  std::ofstream("app.py") << "import six\n\ndef handler(event, context):\n    return six.__version__\n";

  const auto ship = target<aws::Lambda, 3.11_py> | Resolve{} | Vendor{} | Prune{} | Add{{{"app.py"}}} | PycOnly{} |
                    Zip{} |
                    Upload{aws::Function{.name = "thumbnails", .role = "arn:aws:iam::123456789012:role/runner"}};

  const Requirements requirements = Requirements::of({"six==1.17.0"});
  const Context context = standard_context();
  std::cout << ship(requirements, context).id << " is live\n";
  std::cout << "again: " << (ship(requirements, context).unchanged ? "nothing" : "something") << " had to be sent\n";
}
