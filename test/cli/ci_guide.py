#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The workflow of docs/guide/ci.md: YAML as GitHub reads it, and command lines that the program takes."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

GUIDE = cli.ROOT / "docs/guide/ci.md"
TOOLS = os.environ.get("DAYPACK_TEST_PYTHON", sys.executable)
PARSE = "import json, sys, yaml; json.dump(yaml.load(sys.stdin, yaml.BaseLoader), sys.stdout)"


def blocks():
    return re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


def parsed(text):
    return json.loads(subprocess.run([TOOLS, "-c", PARSE], input=text, check=True, capture_output=True, text=True).stdout)


def command_lines(steps):
    for step in steps:
        for line in step.get("run", "").splitlines():
            if line.startswith("daypack "):
                yield shlex.split(line)[1:]


@unittest.skipIf(subprocess.run([TOOLS, "-c", "import yaml"], capture_output=True).returncode, "PyYAML is not installed")
class Guide(cli.CommandLineTest):
    def jobs(self):
        workflow, _, azure = map(parsed, blocks())
        return {**workflow["jobs"], **azure}

    def test_the_workflow(self):
        workflow, remote, _ = map(parsed, blocks())
        self.assertLessEqual({"name", "on", "jobs"}, set(workflow))
        jobs = self.jobs()
        self.assertEqual(set(jobs), {"build", "deploy-aws", "deploy-azure"})
        for name, job in jobs.items():
            self.assertIn("runs-on", job)
            for step in job["steps"]:
                self.assertEqual(len({"uses", "run"} & set(step)), 1, step)
            if name != "build":
                self.assertEqual((job["needs"], job["permissions"]), ("build", {"id-token": "write"}))
        caches = [step["with"]["path"] for step in jobs["build"]["steps"] if "actions/cache@" in step.get("uses", "")]
        self.assertEqual(caches, ["~/.cache/daypack"])
        reference = (cli.ROOT / "docs/reference/command-line.md").read_text()
        self.assertEqual([name for name in remote["env"] if name not in reference], [])

    def test_the_command_lines(self):
        """An option that there is not is refused by the parser, which prints no JSON; what is missing here is something else."""
        checked = [words for job in self.jobs().values() for words in command_lines(job["steps"])]
        self.assertEqual(sorted(words[0] for words in checked), ["build", "cache", "deploy", "deploy"])
        settings = cli.environment(DAYPACK_CACHE_DIR=str(self.folder / "cache"), XDG_CACHE_HOME=str(self.folder / "cache"))
        for words in checked:
            finished = subprocess.run([cli.PROGRAM, *words, "--json"], cwd=self.folder, env=settings, capture_output=True, text=True)
            self.assertNotEqual(finished.returncode, 2, f"{words}: {finished.stderr}")
            self.assertTrue(finished.stdout.startswith("{"), f"{words}: {finished.stderr}")


if __name__ == "__main__":
    cli.main()
