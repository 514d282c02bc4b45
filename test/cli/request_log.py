#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""-vv tells each request of the network on stderr, and no secret."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import small_server


class Place(small_server.Answering):
    def do_GET(self):
        if not self.has_login("me:hidden"):
            return self.answer(401, b"")
        self.answer(200, b"demo==1.0\n", [("X-Request-Id", "4f1c"), ("Set-Cookie", "session=hidden")])


class Requests(cli.CommandLineTest):
    def setUp(self):
        super().setUp()
        self.host = small_server.serve(self, Place)
        self.write("requirements.txt", f"-r http://me:hidden@{self.host}/list.txt?token=hidden\n")

    def test_twice_tells_requests(self):
        ran = self.daypack("requirements", "requirements.txt", "-vv")
        self.assertRegex(ran.err, rf"(?m)^\[1\] GET http://\*\*\*@{self.host}/list\.txt\?token=\*\*\*: 200, 0 bytes sent, 10 received, "
                                  r"[\d.]+ s, request id 4f1c$")
        self.assertIn("  < Set-Cookie: ***\n", ran.err)
        self.assertNotIn("hidden", ran.err)
        self.assertNotIn("GET", ran.out)
        self.assertEqual(self.daypack("-v", "-v", "requirements", "requirements.txt").err.count("GET "), 1)

    def test_once_does_not(self):
        for options in ([], ["-v"], ["-vv", "--quiet"]):
            self.assertNotIn("GET", self.daypack("requirements", "requirements.txt", *options).err)


if __name__ == "__main__":
    cli.main()
