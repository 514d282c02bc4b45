// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/manifest.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(manifest)

BOOST_AUTO_TEST_CASE(the_text_has_a_fixed_order) {
  const Manifest manifest{.backend = "aws_lambda",
                          .python = "3.12",
                          .arch = "x86_64",
                          .unzipped = 12,
                          .codec = "libdeflate 1.14",
                          .level = 6,
                          .bytecode = {.files = 2, .proven = 1},
                          .distributions = {{"six", "1.17.0", "six-1.17.0-py2.py3-none-any.whl", "00ff"}},
                          .items = {{.path = "a\"ü.py", .size = 3, .compressed = 2},
                                    {.path = "b", .mode = Mode::executable, .distribution = "six"}},
                          .ledger = {{.path = "t", .bytes = 1, .rule = "tests"}}};
  BOOST_TEST(manifest.json("abcd", 99) == R"({
"format":1,
"tool":"daypack 0.1.0",
"archive":{"sha256":"abcd","size":99},
"target":{"backend":"aws_lambda","python":"3.12","arch":"x86_64"},
"handler":"",
"unzipped":12,
"codec":"libdeflate 1.14",
"level":6,
"bytecode":{"files":2,"proven":1},
"distributions":[
{"name":"six","version":"1.17.0","file":"six-1.17.0-py2.py3-none-any.whl","sha256":"00ff"}],
"entries":[
{"path":"a\"ü.py","mode":"file","size":3,"compressed":2,"distribution":""},
{"path":"b","mode":"executable","size":0,"compressed":0,"distribution":"six"}],
"ledger":[
{"change":"removed","path":"t","bytes":1,"bytes_after":0,"compressed":0,"distribution":"","rule":"tests","note":""}]
}
)");
}

BOOST_AUTO_TEST_CASE(it_stands_beside_the_zip) {
  BOOST_TEST(manifest_path("out.zip") == "out.daypack.json");
  BOOST_TEST(manifest_path("a.zip/out.zip") == "a.zip/out.daypack.json");
  BOOST_TEST(manifest_path("a.zip/out") == "a.zip/out.daypack.json");
  BOOST_TEST(manifest_path("out.tar.zip") == "out.tar.daypack.json");
  BOOST_TEST(manifest_path(".zip") == ".zip.daypack.json");
  BOOST_TEST(manifest_path("a/.zip") == "a/.zip.daypack.json");
}

BOOST_AUTO_TEST_SUITE_END()
