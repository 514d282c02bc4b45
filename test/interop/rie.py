#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""One package under AWS's runtime interface emulator and under `daypack invoke`: the same answers, byte for byte but for
request ids, for good handlers and for all the ways in which they fail. Needs uv and namespaces; otherwise it is skipped."""
import collections
import concurrent.futures
import http.client
import json
import os
import pathlib
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile

TEST = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TEST / "support"), str(TEST / "counterparts")]
import cli
import lambda_emulator

PACKAGE = TEST / "support/lambda_package"
WRAPPER = """#!/bin/sh
export WORDS="$1 $#"
for last in "$@"; do :; done
exec "$1" -S -B "$last"
"""
FILES = {
    "wrapper": WRAPPER, "leaves": "#!/bin/sh\necho leaving\nexit 3\n", "plain": "no program\n",
    "package/__init__.py": "", "package/inner.py": "def go(event, context):\n    return __name__\n",
    "syntax.py": "def handler(event, context) return\n", "needs.py": "import nothing_like_it\n", "empty.py": "",
    "raises.py": "def go():\n    raise KeyError('at the start: ü')\ngo()\n", "leaves_at_start.py": "import sys\nprint('going')\nsys.exit(7)\n",
    "leaves_quietly.py": "import os\nos._exit(0)\n", "sleeps.py": "import time\ndef handler(event, context):\n    time.sleep(60)\n",
}
EXECUTABLE = {"wrapper", "leaves"}
COMPILED = "def handler(event, context):\n    return __file__\n"
SITE = "python/lib/python%d.%d/site-packages" % sys.version_info[:2]
LAYERS = [{"python/both.py": "n = 1\n", "lib/data": "first", f"{SITE}/both_site.py": "n = 'site'\n", "python/both_site.py": "n = 'plain'\n"},
          {"python/both.py": "n = 2\n", "python/far.pth": "/opt/more\n", "more/deep_one.py": "n = 'by .pth'\n", "wrapper": WRAPPER}]
TIMEOUT = 60
# Of one running function: name, event.
RUNS = [("answer", {}), ("nothing", {}), ("unicode", {"text": "ěšč 🎠"}), ("numbers", {}), ("not_a_number", {}), ("half_a_pair", {}), ("a_set", {}),
        ("some_bytes", {}), ("bytes_within", {}), ("as_base64", {}), ("coroutine", {}), ("awaited", {}), ("generator", {}),
        ("raises", {"text": "neplatné ü 🐎\n\"quoted\""}), ("raises", {"text": "x" * 200_000}), ("raises_because", {}), ("raises_own", {}), ("recurses", {}),
        ("exits", {"with": 0}), ("exits", {"with": 3}), ("exits", {"with": "last words"}), ("exits_at_once", {}), ("interrupted", {}),
        ("signalled", {"signal": "SIGSEGV"}), ("signalled", {"signal": "SIGKILL"}), ("signalled", {"signal": "SIGTERM"}),
        ("large", {"size": 6291554}), ("large", {"size": 6291555}), ("length", {"text": "x" * 5_000_000}), ("deep", {"depth": 200}),
        ("logs", {}), ("tells_context", {"timeout": TIMEOUT}), ("places", {}), ("asks", {})]
# Functions that do not get as far: handler.
STARTS = ["empty.handler", "nowhere.handler", "syntax.handler", "needs.handler", "raises.handler", "app", "sys.handler",
          "package.inner.go", "package/inner.go", "compiled.handler"]
# The emulator answers nothing when the process ends before its first event; its log has the words that Lambda answers.
ENDS = {"leaves_at_start.handler": "exit status 7", "leaves_quietly.handler": "without providing a reason"}
WRAPPERS = {"/var/task/nowhere": "exit status 127", "/var/task/plain": "exit status 126", "/var/task/leaves": "exit status 3", "/var/task": "exit status 127"}
# Variables that differ, and why.
PARTICULAR = {
    "AWS_LAMBDA_RUNTIME_API": "a free port", "AWS_LAMBDA_METADATA_API": "a free port", "AWS_LAMBDA_METADATA_TOKEN": "random",
    "AWS_LAMBDA_LOG_GROUP_NAME": "the emulator has one for all", "AWS_LAMBDA_LOG_STREAM_NAME": "the emulator has one for all",
    "AWS_LAMBDA_FUNCTION_TIMEOUT": "the emulator's own option", "AWS_LAMBDA_INITIALIZATION_TYPE": "the emulator has none",
    "AWS_ACCESS_KEY_ID": "empty under the emulator", "AWS_SECRET_ACCESS_KEY": "empty under the emulator", "AWS_SESSION_TOKEN": "empty under the emulator",
    "AWS_DEFAULT_REGION": "the emulator has none", "AWS_REGION": "the emulator has none", "_X_AMZN_TRACE_ID": "the emulator traces nothing",
    "AWS_XRAY_CONTEXT_MISSING": "the emulator traces nothing", "AWS_XRAY_DAEMON_ADDRESS": "the emulator traces nothing",
    "PWD": "the shell of the image's bootstrap sets it"}


def with_no_ids(answer):
    return re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"ID", answer)


def failed(answer):
    return answer.startswith(b'{"errorType"') or b'"stackTrace"' in answer


Ours = collections.namedtuple("Ours", "answer failed type log")


class Answers(cli.CommandLineTest):
    """Every test deploys the one package in its own way. What is compared is what the two print."""

    def setUp(self):
        super().setUp()
        self.options = {"env": cli.environment(DAYPACK_DATA_DIR=cli.function_store(self.folder / "store"))}
        self.name = f"rie-{os.getpid()}-{self._testMethodName[-40:]}"
        self.layers = []
        self.package()

    def package(self):
        """The zip, and what the emulator sees: the same zip, unpacked."""
        shutil.copytree(PACKAGE, self.folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / "source/streams.py").rename(self.folder / "source/streams")
        for name, text in FILES.items():
            self.write(f"source/{name}", text).chmod(0o755 if name in EXECUTABLE else 0o644)
        py_compile.compile(str(self.write("compiled.py", COMPILED)), str(self.folder / "source/compiled.pyc"), dfile="compiled.py", doraise=True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        added = [word for path in sorted((self.folder / "source").iterdir()) for word in ("--add", path)]
        self.daypack("build", "-b", "aws_lambda", "--python", cli.LOCAL_PYTHON, "--bytecode", "none", *added, "--handler", "app.handler")
        self.daypack("unzip", "out.zip", "-d", "task")
        self.folder.chmod(0o755)

    def attach_layers(self):
        for number, files in enumerate(LAYERS):
            for name, text in files.items():
                for folder in f"layer{number}", "opt":
                    self.write(f"{folder}/{name}", text).chmod(0o755 if name in EXECUTABLE else 0o644)
            self.daypack("zip", f"layer{number}", "-o", f"layer{number}.zip")
            self.layers += ["--layer", f"layer{number}.zip"]

    def deployed(self, handler="app.handler", timeout=TIMEOUT, **variables):
        settings = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
        return self.answer("deploy", "out.zip", self.name, "--handler", handler, "--timeout", timeout, "--memory", "1024", *settings, *self.layers,
                           **self.options)["version"]

    def ours(self, version, event, *options):
        event_file = pathlib.Path(tempfile.mkstemp(dir=self.folder)[1])
        event_file.write_text(json.dumps(event))
        finished = subprocess.run([cli.PROGRAM, "invoke", self.name, "-d", f"@{event_file}", "--version-number", version, *options],
                                  cwd=self.folder, capture_output=True, timeout=300, **self.options)
        said = finished.stderr.decode()
        last = re.search(r"^(answered|failed \((.*)\)): init", said, re.MULTILINE)
        self.assertTrue(last, said)
        return Ours(finished.stdout[:-1], finished.returncode == 1, last[2] or "", said)

    def emulator(self, version, handler="app.handler", timeout=TIMEOUT, **variables):
        told = {"AWS_LAMBDA_FUNCTION_NAME": self.name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024", "AWS_LAMBDA_FUNCTION_VERSION": version, **variables}
        return lambda_emulator.Emulator(self.folder / "task", handler, self.folder / "opt" if self.layers else None, timeout, told)

    def agree(self, theirs, ours):
        self.assertEqual(with_no_ids(ours.answer)[:2000], with_no_ids(theirs)[:2000])
        self.assertEqual(len(ours.answer), len(theirs))
        self.assertEqual(ours.failed, failed(theirs))
        if ours.failed:
            # AWS's client posts what fails at the start as Latin-1, from Python 3.12 on.
            self.assertEqual(ours.type, json.loads(theirs.decode(errors="replace"))["errorType"])

    def theirs(self, version, events, settings):
        """The emulator's answers and its log. Where a runtime ends at once, it has been seen to close the connection without any answer: then another one is asked."""
        for attempt in range(3):
            with self.emulator(version, **settings) as emulator:
                try:
                    return [emulator.invoke(event) for event in events], emulator.log.read_text()
                except http.client.RemoteDisconnected:
                    if attempt == 2:
                        raise

    def pairs(self, events, **settings):
        """What both answer to each event: the emulator one after another, daypack each in a process of its own."""
        version = self.deployed(**settings)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            coming = [pool.submit(self.ours, version, event) for event in events]
            theirs, log = self.theirs(version, events, settings)
            return [(event, answer, ours.result(), log) for event, answer, ours in zip(events, theirs, coming)]

    def test_a_function(self):
        for event, theirs, ours, log in self.pairs([{"case": name, **event} for name, event in RUNS]):
            with self.subTest(str(event)[:100]):
                self.agree(theirs, ours)
                if event["case"] == "logs":
                    for line in "to stdout, ü", "to stderr", "to the file":
                        self.assertIn(f"\n{line}\n", log)
                        self.assertIn(f"\n{line}\n", ours.log)
                    self.assertRegex(log, r"\[WARNING\]\t[0-9T:.-]+Z\t[0-9a-f-]{36}\tto the logger")
                    self.assertRegex(ours.log, r"\[WARNING\]\t[0-9T:.-]+Z\t[0-9a-f-]{36}\tto the logger")

    def test_its_environment(self):
        (_, theirs, ours, _), = self.pairs([{"case": "environment"}], OWN="two words = ü")
        theirs, ours = json.loads(theirs), json.loads(ours.answer)
        self.assertRegex(ours["_X_AMZN_TRACE_ID"], "^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$")
        self.assertEqual({name: value for name, value in ours.items() if name not in PARTICULAR},
                         {name: value for name, value in theirs.items() if name not in PARTICULAR})
        self.assertEqual(sorted(set(PARTICULAR) - set(ours) - set(theirs)), [], "neither has these")

    def test_what_does_not_start(self):
        def both(handler):
            (_, theirs, ours, log), = self.pairs([{"case": "answer"}], handler=handler)
            return handler, theirs, ours, log
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for handler, theirs, ours, log in pool.map(both, [*STARTS, *ENDS]):
                with self.subTest(handler):
                    if handler in ENDS:
                        self.ended(ENDS[handler], theirs, ours, log)
                    else:
                        self.agree(theirs, ours)

    def ended(self, words, theirs, ours, log):
        """The emulator answers nothing when the process ends before its first event; its log has the words of Lambda's answer."""
        message, = re.findall("Init failed(?: InvokeID=)? error=(Runtime exited.*?)(?: InvokeID=)?$", log, re.MULTILINE)
        self.assertTrue(message.endswith(words), message)
        self.assertEqual((theirs, ours.type), (b"", "Runtime.ExitError"))
        self.assertTrue(json.loads(ours.answer)["errorMessage"].endswith(" Error: " + message), ours.answer)

    def test_a_slow_one(self):
        (_, theirs, ours, _), = self.pairs([{}], handler="sleeps.handler", timeout=1)
        self.assertEqual(theirs, b"Task timed out after 1.00 seconds", "Lambda answers JSON; the emulator this alone")
        self.assertEqual(ours.type, "Sandbox.Timedout")
        self.assertTrue(json.loads(ours.answer)["errorMessage"].endswith(" Error: " + theirs.decode()))

    def test_layers(self):
        self.attach_layers()
        (_, theirs, ours, _), = self.pairs([{"case": "layered"}])
        self.agree(theirs, ours)
        self.assertEqual(json.loads(theirs)[:3], [2, "site", "by .pth"])

    def test_a_wrapper(self):
        self.attach_layers()
        for wrapper in "/var/task/wrapper", "/opt/wrapper":
            with self.subTest(wrapper):
                (_, theirs, ours, _), = self.pairs([{"case": "wrapped"}], AWS_LAMBDA_EXEC_WRAPPER=wrapper)
                theirs, ours = json.loads(theirs), json.loads(ours.answer)
                self.assertEqual(theirs["words"], f"/var/lang/bin/python{cli.LOCAL_PYTHON} 2")
                self.assertEqual(ours.pop("words"), f"/var/lang/bin/python{cli.LOCAL_PYTHON} 3", "-S hides the packages of this machine")
                self.assertEqual(ours.items(), theirs.items() - {("words", theirs["words"])})
                self.assertEqual(ours["options"], 1)

    def test_wrappers_that_do_not_start_it(self):
        for wrapper, words in WRAPPERS.items():
            with self.subTest(wrapper):
                (_, theirs, ours, log), = self.pairs([{"case": "answer"}], AWS_LAMBDA_EXEC_WRAPPER=wrapper)
                self.ended(words, theirs, ours, log)
                said = [line for line in log.splitlines() if re.match(f"{wrapper}: |leaving", line)]
                self.assertTrue(said)
                self.assertIn(f"\n{said[0]}\n", ours.log)

    def test_streamed_answers(self):
        events = [{"parts": ["one ", "two ", "žluť"]}, {"parts": []}, {"parts": ["x"], "times": 6291556}, {"parts": ["{}"], "type": "application/json"},
                  {"parts": ["x" * 1000] * 300, "times": 30}]
        pairs = self.pairs([*events, {"parts": ["part "], "fails": "Runtime.Broken"}, {"parts": ["1"], "mode": "loud"}], AWS_LAMBDA_EXEC_WRAPPER="/var/task/streams")
        for event, theirs, ours, _ in pairs[:len(events)]:
            with self.subTest(str(event)[:100]):
                self.agree(theirs, ours)
        with self.subTest("one that the emulator refuses, and a listener gets"):
            streamed = self.ours(self.deployed(AWS_LAMBDA_EXEC_WRAPPER="/var/task/streams"), events[-1], "--stream")
            self.assertEqual((len(streamed.answer), set(streamed.answer), streamed.failed), (9_000_000, set(b"x"), False))
        with self.subTest("one that breaks off"):
            _, theirs, ours, _ = pairs[-2]
            self.assertEqual((theirs, ours.answer), (b"part ", b"part "), "the emulator keeps to itself why")
            self.assertEqual((ours.failed, ours.type), (True, "Runtime.Broken"))
            self.assertIn('the answer broke off: {"errorMessage": "mid stream"}', ours.log)
        with self.subTest("a mode that there is not"):
            _, theirs, ours, log = pairs[-1]
            self.assertEqual((theirs, ours.answer, ours.type), (b"", b"", "Runtime.InvalidResponseModeHeader"))
            self.assertIn('said 400 {"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}', log)


if __name__ == "__main__":
    if not lambda_emulator.permitted():
        sys.exit(77)
    cli.main()
