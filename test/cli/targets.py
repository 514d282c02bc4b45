#!/usr/bin/env python3
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""For every runtime of every backend and both architectures six wheels are resolved, chosen and packed."""
import json
import pathlib
import re
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import cli

BACKENDS = ["aws_lambda", "azure_functions", "aliyun_fc", "local"]
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
NAMES = ["pure", "both", "native", "stable", "newer", "asked"]


PYTHONS = range(6, 15)


def wheels():
    """For every Python and machine; of "newer" the best one needs glibc 2.40, which no backend has."""
    for minor in PYTHONS:
        python = f"cp3{minor}-cp3{minor}" + ("m" if minor < 8 else "")
        for machine in MACHINES.values():
            yield f"native-1.0-{python}-manylinux2014_{machine}.whl"
            yield f"native-1.0-{python}-musllinux_1_1_{machine}.whl"
            for glibc in 17, 26, 40:
                yield f"newer-1.0-{python}-manylinux_2_{glibc}_{machine}.whl"
    for machine in MACHINES.values():
        yield f"stable-1.0-cp36-abi3-manylinux_2_17_{machine}.whl"
    yield from ["pure-1.0-py3-none-any.whl", "both-1.0-py2.py3-none-any.whl", "asked-1.0-py3-none-any.whl"]


class Targets(cli.CommandLineTest):
    def pythons(self, backend):
        words = self.daypack("plan", "-b", backend, "--python", "2.7", "pure", code=2).err
        return re.findall(r"3\.\d+", words[words.index("expected one of") :])

    def offered(self, backend, python, arch):
        finished = subprocess.run([cli.PROGRAM, "plan", "-b", backend, "--python", python, "--arch", arch, "--add", "app.py", "--bytecode", "none"],
                                  cwd=self.folder, env=cli.environment(), capture_output=True, text=True)
        return finished.returncode == 0

    def write_lock(self):
        """One lock for all cells: no tool is needed to resolve it."""
        script = cli.ROOT / "test/support/make_platform_wheels.py"
        subprocess.run([sys.executable, script, self.folder / "wheels", *wheels()], check=True)
        lock = 'lock-version = "1.0"\ncreated-by = "a test"\n'
        for name in NAMES:
            files = ", ".join(f'{{ path = "wheels/{file.name}", hashes = {{ sha256 = "{cli.sha256(file)}" }} }}'
                              for file in sorted((self.folder / "wheels").glob(f"{name}-*")))
            marker = "marker = \"platform_machine == 'aarch64'\"\n" if name == "asked" else ""
            lock += f'[[packages]]\nname = "{name}"\nversion = "1.0"\n{marker}wheels = [{files}]\n'
        self.write("pylock.toml", lock)

    def check(self, backend, python, arch):
        """The file of "newer" that was taken."""
        self.answer("build", "-b", backend, "--python", python, "--arch", arch, "-r", "pylock.toml", "--prune", "none", "--bytecode", "none",
                    "-o", "out.zip", env=cli.environment(PATH="/nowhere"))
        taken = {one["name"]: one["file"] for one in json.loads((self.folder / "out.daypack.json").read_bytes())["distributions"]}
        self.assertEqual(sorted(taken), sorted(name for name in NAMES if name != "asked" or arch == "arm64"))
        for name in "native", "newer":
            self.assertIn(f"-cp3{python[2:]}-", taken[name])
            self.assertTrue(taken[name].endswith(f"_{MACHINES[arch]}.whl"))
        return int(re.search(r"manylinux_2_(\d+)", taken["newer"])[1])

    def test_every_runtime(self):
        self.write("app.py", "")
        self.write_lock()
        newer = {}
        for backend in BACKENDS:
            for python in self.pythons(backend):
                for arch in MACHINES:
                    if self.offered(backend, python, arch):
                        with self.subTest(f"{backend} {python} {arch}"):
                            newer[backend, python, arch] = self.check(backend, python, arch)
        self.assertGreater(len(newer), 40)
        self.assertEqual({key for key in newer if key[0] == "local"}, {("local", f"3.{n}", arch) for n in PYTHONS for arch in MACHINES})
        # glibc decides: 2.17 and 2.26 of two runtimes of one backend, 2.24 of another one (backends/*.hpp)
        self.assertEqual(newer["aws_lambda", "3.7", "x86_64"], 17)
        self.assertEqual(newer["aws_lambda", "3.8", "x86_64"], 26)
        self.assertEqual(newer["aliyun_fc", "3.9", "x86_64"], 17)

    def libraries(self, package):
        """The shared objects in a zip, extracted."""
        with zipfile.ZipFile(self.folder / package) as archive:
            return [archive.extract(name, self.folder / "extracted") for name in archive.namelist() if re.search(r"\.so(\.|$)", name)]

    def test_a_set_for_glibc_2_24_loads(self):
        """A real one: every wheel's lowest manylinux tag is at most 2.24, and no library asks for more."""
        for resolver in "uv", "pip":
            self.answer("build", "-b", "aliyun_fc", "--python", "3.9", "numpy", "--resolver", resolver, "--prune", "none", "--bytecode",
                        "none", "--effort", "fast", "-o", f"{resolver}.zip")
        by_uv, by_pip = (json.loads((self.folder / f"{one}.daypack.json").read_bytes())["distributions"] for one in ("uv", "pip"))
        self.assertEqual(by_uv, by_pip)
        for one in by_uv:
            levels = [int(level) for level in re.findall(r"manylinux_2_(\d+)_", one["file"])] + [17] * ("manylinux2014" in one["file"])
            self.assertLessEqual(min(levels), 24, one["file"])
        libraries = self.libraries("uv.zip")
        self.assertGreater(len(libraries), 10)
        rows = subprocess.run([sys.executable, cli.ROOT / "test/support/read_elf.py", *libraries], capture_output=True, text=True, check=True).stdout
        asked = {int(minor) for minor in re.findall(r"\tGLIBC_2\.(\d+)", rows)}
        self.assertIn(14, asked, "memcpy@GLIBC_2.14: what numpy needs is read at all")
        self.assertLessEqual(max(asked), 24)


if __name__ == "__main__":
    cli.main()
