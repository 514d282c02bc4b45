#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The workflow of docs/guide/ci.md: YAML as GitHub reads it, and command lines that the program takes."""
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli
import documents

GUIDE = cli.ROOT / "docs/guide/ci.md"


def workflows():
    return [documents.parse_yaml(content) for language, content in documents.blocks(GUIDE.read_text()) if language == "yaml"]


@unittest.skipUnless(documents.HAS_YAML, "PyYAML is not installed")
class Guide(cli.CommandLineTest):
    def jobs(self):
        workflow, _, azure = workflows()
        return {**workflow["jobs"], **azure}

    def test_the_workflow(self):
        workflow, remote, _ = workflows()
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
        checked = [words for script in documents.runs_in(self.jobs()) for words in documents.command_lines(script)]
        self.assertEqual(sorted(words[0] for words in checked), ["build", "cache", "deploy", "deploy"])
        settings = cli.environment(DAYPACK_CACHE_DIR=str(self.folder / "cache"), XDG_CACHE_HOME=str(self.folder / "cache"))
        for words in checked:
            finished = subprocess.run([cli.PROGRAM, *words, "--json"], cwd=self.folder, env=settings, capture_output=True, text=True)
            self.assertNotEqual(finished.returncode, 2, f"{words}: {finished.stderr}")
            self.assertTrue(finished.stdout.startswith("{"), f"{words}: {finished.stderr}")


if __name__ == "__main__":
    cli.main()
