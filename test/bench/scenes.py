# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""What is measured: for each scene and corpus the contestants that run alternately."""
import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import unpacked
from corpora import PINNED, warm
import store
from index import Index, requirements
from measuring import Contestant

CORES = len(os.sched_getaffinity(0))
EFFORTS = ["fast", "3", "balanced", "8", "9", "10", "11", "smallest"]
FLEET = 100
LEVELS = {"zip": "169", "7z": "159", "bsdtar": "69", "python zipfile": "69", "mtzip": "69", "libzip": "69", "minizip": "69"}
SPELLED = {"zip": "zip -r{}q", "7z": "7z -tzip -mx{}"}


def zip_command(name, program, level, out):
    """How a peer zips the current folder."""
    minizip = f'find . -type f | xargs -d "\\n" -s 1900000 "$1" -a -{level} "$2"'
    return {"zip": [program, f"-r{level}q", out, "."],
            "7z": [program, "a", "-tzip", f"-mx{level}", "-bso0", "-bsp0", out, "."],
            "bsdtar": [program, "--format", "zip", "--options", f"zip:compression-level={level}", "-cf", out, "."],
            "python zipfile": [sys.executable, program, level, out],
            "minizip": ["sh", "-c", minizip, "sh", program, out]}.get(name, [program, level, out])


class Scenes:
    """Each scene is a method of its name; `corpora_of` says which corpora it is for."""

    def __init__(self, daypack, peers, corpora, folder):
        self.daypack, self.peers, self.corpora, self.folder = daypack, peers, corpora, folder
        self.out, self.cache, self.peer = folder / "out.zip", folder / "cache", folder / "peer"
        self.served = {}  # the index of a corpus
        self.modules = {}  # what of a corpus can be imported

    def corpora_of(self, scene, chosen):
        wheels = ["quick"] if self.corpora.quick else PINNED
        fitting = {"zip": self.corpora.names, "splice": wheels, "build": ["lithops-aws"], "warm": PINNED, "cold": PINNED, "bytecode": ["lithops-aws"],
                   "rebuild": ["lithops-aws", "data-science"], "fleet": ["mapbox"], "start": PINNED}.get(scene)
        if fitting is None:
            return [{"walk": "small"}.get(scene, scene)]
        return [name for name in chosen or fitting if name in fitting]

    def daypack_zip(self, effort, tree, name=None):
        command = [self.daypack, "zip", tree, "-o", self.out, "--effort", effort, "--quiet", "--cache-dir", self.cache]
        return Contestant(name or f"daypack {effort}", "daypack", [command], effort, self.out, self.folder, tree=tree,
                          before=lambda: shutil.rmtree(self.cache, ignore_errors=True))

    def raw(self, level, threads, tree):
        program, cores = self.peers.get("deflate"), "one core" if threads == 1 else "all cores"
        return [Contestant(f"libdeflate {level}, {cores}", "libdeflate", [[program, level, threads, tree]], level,
                           folder=self.folder, reports=True)] if program else []

    def zip(self, corpus):
        tree = self.corpora.tree(corpus)
        warm(tree)
        efforts, each = (["fast", "balanced", "smallest"], 1) if self.corpora.quick else (EFFORTS, None)
        contestants = [self.daypack_zip(effort, tree) for effort in efforts] + self.raw("6", CORES, tree)
        for name, levels in LEVELS.items():
            for level in levels[:each] if self.peers.get(name) else "":
                spelled = SPELLED.get(name, name + " {}").format(level)
                command = zip_command(name, self.peers.get(name), level, self.out)
                contestants.append(Contestant(spelled, name, [command], level, self.out, tree, tree=tree))
        return contestants

    def large(self, corpus):
        tree = self.corpora.tree(corpus)
        warm(tree)
        return [self.daypack_zip("balanced", tree), *self.raw("6", 1, tree), self.daypack_zip("smallest", tree), *self.raw("12", 1, tree)]

    def entries(self, _):
        counts = [100, 1000] if self.corpora.quick else [10_000, 100_000, 1_000_000]
        trees = [self.corpora.entries(count) for count in counts]
        for tree in trees:
            warm(tree)
        return [self.daypack_zip("balanced", tree, f"{count:,} entries") for count, tree in zip(counts, trees)]

    def walk(self, corpus):
        tree = self.corpora.tree(corpus)
        commands = {"daypack walk": ("walk", [tree]), "daypack walk, with sizes": ("walk", [tree, "sizes"]),
                    "fd -u": ("fdfind", ["-u", ".", tree]), "find": ("find", [tree]),
                    "find, with sizes": ("find", [tree, "-type", "f", "-printf", "%s %p\\n"])}
        return [Contestant(name, name.split()[0], [[self.peers.get(program), *arguments]], folder=self.folder)
                for name, (program, arguments) in commands.items() if self.peers.get(program)]

    def splice(self, corpus):
        program, wheels = self.peers.get("splice"), self.corpora.wheels(corpus)
        if not program:
            return []
        source, copy, unpacked = self.folder / "spliced.zip", self.folder / "copy.zip", self.corpora.unpacked(corpus)
        plain, checked = ([program, kind, self.out, *wheels] for kind in ("plain", "checked"))
        subprocess.run([program, "plain", source, *wheels], check=True)
        return [Contestant("splice", "daypack", [plain], output=self.out, tree=unpacked),
                Contestant("cp", "cp", [["cp", source, copy]], output=copy, tree=unpacked),
                Contestant("splice, digests", "daypack", [checked], output=self.out, tree=unpacked)]

    def build(self, corpus):
        """Lock and every wheel cached, for both sides; no bytecode, nothing pruned."""
        pins, uv, source, copy = self.corpora.pins(corpus), self.peers.uv(), self.folder / "built.zip", self.folder / "copy.zip"
        build = [self.daypack, "build", "-b", "aws_lambda", "--python", "3.11", "-r", pins, "--lock", self.folder / f"{corpus}.toml",
                 "--cache-dir", self.folder / "wheels", "--bytecode", "none", "--prune", "none", "--quiet", "-o"]
        os.environ.setdefault("DAYPACK_UV", str(uv))
        subprocess.run([*build, source], check=True, stdout=subprocess.DEVNULL)
        install = [uv, "pip", "install", "--quiet", "--target", self.peer, "--python-version", "3.11", "--python-platform",
                   "x86_64-manylinux2014", "--only-binary", ":all:", "-r", pins]
        pack = ["sh", "-c", 'cd "$1" && zip -r9q "$2" .', "sh", self.peer, self.out]
        return [Contestant("daypack build", "daypack", [[*build, self.out]], output=self.out, folder=self.folder),
                Contestant("uv pip install --target + zip -r9q", "uv", [install, pack], output=self.out, folder=self.folder,
                           before=lambda: shutil.rmtree(self.peer, ignore_errors=True)),
                Contestant("cp of the zip", "cp", [["cp", source, copy]], output=copy, folder=self.folder)]

    def indexed(self, corpus):
        """The wheels of a corpus behind an index on this machine, as requirements with hashes: how daypack and uv are told."""
        if corpus not in self.served:
            self.served[corpus] = Index(self.peers.get("nginx"), self.corpora.wheels(corpus), self.folder / f"index-{corpus}")
            atexit.register(self.served[corpus].stop)
        pins, uv = self.folder / f"{corpus}.txt", self.peers.uv()
        pins.write_text(requirements(self.corpora.wheels(corpus)))
        os.environ.setdefault("DAYPACK_UV", str(uv))
        source = ["-r", pins, "--index-url", self.served[corpus].url]
        daypack = ["env", f"UV_CACHE_DIR={self.folder / 'uv'}", self.daypack, "build", "-b", "local", "--python", "3.11", *source,
                   "--bytecode", "none", "--prune", "none", "--quiet"]
        install = ["env", f"UV_CACHE_DIR={self.folder / 'uv'}", uv, "pip", "install", "--quiet", "--target", self.peer, "--python-version",
                   "3.11", "--python-platform", "x86_64-manylinux2014", "--only-binary", ":all:", *source]
        return daypack, install

    def warm(self, corpus):
        """Lock and wheels cached: of a whole build, the seconds of its stages."""
        if not self.peers.get("nginx"):
            return []
        build = [*self.indexed(corpus)[0], "--cache-dir", self.folder / f"wheels-{corpus}", "--lock", self.folder / f"{corpus}.toml", "-o", self.out]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        return [Contestant("Vendor, wheels cached", "daypack", [[*build, "--json"]], output=self.out, folder=self.folder, stage="Vendor"),
                Contestant("Resolve, the lock is fresh", "daypack", [[*build, "--json"]], output=self.out, folder=self.folder, stage="Resolve")]

    def packed(self, corpus, *options):
        """How daypack packs the pins of a corpus, wheels cached."""
        os.environ.setdefault("DAYPACK_UV", str(self.peers.uv()))
        return [self.daypack, "build", "-b", "local", "--python", "3.11", "-r", self.corpora.pins(corpus), "--quiet", "--lock",
                self.folder / f"{corpus}.toml", "--cache-dir", self.folder / "wheels", "--no-check", "budget", *options, "-o", self.out]

    def bytecode(self, corpus):
        """Sources to bytecode, cold and from the cache, beside compileall and beside compile() alone."""
        build = self.packed(corpus, "--prune", "none", "--json")
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        sources, kept = self.folder / "sources", self.folder / "wheels/bytecode"
        if not sources.exists():
            shutil.copytree(self.corpora.tree(corpus), sources)
        warm(sources)
        python = shutil.which("python3.11")
        compileall = [python, "-m", "compileall", "-q", "-b", "-f", "-j", CORES, "--invalidation-mode", "unchecked-hash", sources]
        # It fails for a file that does not compile, which the corpora have.
        compileall = ["sh", "-c", '"$@" >/dev/null || true', "sh", *compileall]
        # For the same bytecode: that of PycOnly has no debug ranges.
        alone = [python, "-S", "-X", "no_debug_ranges", HERE / "compile_alone.py", sources, CORES]
        return [Contestant("PycOnly", "daypack", [build], output=self.out, folder=self.folder, stage="Bytecode",
                           before=lambda: shutil.rmtree(kept, ignore_errors=True)),
                Contestant(f"compileall -j {CORES}", "python", [compileall], folder=self.folder),
                Contestant("processor time of compile() alone, by the processors", "python", [alone], folder=self.folder, reports=True),
                Contestant("PycOnly, cached", "daypack", [build], output=self.out, folder=self.folder, stage="Bytecode")]

    def rebuild(self, corpus):
        """A package with bytecode again: all of it cached, an own file changed, nothing changed; recompressed at the highest effort."""
        own, still, kept, smallest, copy, apart = (self.folder / name for name in ("own", "still", "kept.zip", "smallest.zip", "copy.zip", "wheels-apart"))
        cache = self.folder / "wheels"
        own.mkdir(exist_ok=True)
        still.mkdir(exist_ok=True)
        (still / "app.py").write_text("x = 'the same'\n")
        count = iter(range(1_000_000))

        def change():
            (own / "app.py").write_text(f"x = {next(count)}\n")

        def forget():
            shutil.rmtree(apart, ignore_errors=True)
            shutil.copytree(cache, apart, copy_function=os.link, ignore=shutil.ignore_patterns("bytecode", "streams", "digests"))
        *build, _ = self.packed(corpus, "--prune", "none", "--add", still)
        *changed, _ = self.packed(corpus, "--prune", "none", "--add", own)
        *small, _ = self.packed(corpus, "--prune", "none", "--add", still, "--effort", "smallest")
        for command in [*build, kept], [*small, smallest]:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        ours = {"folder": self.folder, "output": self.out}
        return [Contestant("all cached", "daypack", [[*build, self.out]], **ours),
                Contestant("cp of the zip", "cp", [["cp", kept, copy]], output=copy, folder=self.folder),
                Contestant("one own file changed", "daypack", [[*changed, self.out]], before=change, **ours),
                Contestant("the zip lies there already", "daypack", [[*build, kept]], folder=self.folder,
                           before=lambda: subprocess.run([*build, kept], check=True, stdout=subprocess.DEVNULL)),
                Contestant("smallest, all cached", "daypack", [[*small, self.out]], **ours),
                Contestant("cp of the smallest zip", "cp", [["cp", smallest, copy]], output=copy, folder=self.folder),
                Contestant("only wheels cached", "daypack", [[*(apart if word == cache else word for word in build), self.out]], before=forget, **ours)]

    def fleet(self, corpus):
        """Functions with one set of packages and a file of their own each."""
        contestants, folder = [], self.folder / "fleet"
        folder.mkdir(exist_ok=True)
        for count in 1, FLEET:
            functions = [f"f{i}" for i in range(count)]
            for name in functions:
                (folder / f"{name}.py").write_text(f"x = '{name}'\n")
            lines = ["[defaults]", 'backend = "local"', 'python = "3.11"', f'requirements = "{self.corpora.pins(corpus)}"', f'lock = "{corpus}.toml"',
                     f'output = "of-{count}/{{name}}.zip"', *[f'[function.{name}]\nadd = "{name}.py=."' for name in functions]]
            (folder / f"of-{count}.toml").write_text("\n".join(lines) + "\n")
            build = [self.daypack, "matrix", folder / f"of-{count}.toml", "--quiet", "--cache-dir", self.folder / "wheels"]
            os.environ.setdefault("DAYPACK_UV", str(self.peers.uv()))
            subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
            if count == 1:
                source = folder / "one.zip"
                shutil.copy(folder / "of-1/f0.zip", source)
            clear = lambda count=count: (shutil.rmtree(folder / f"of-{count}", ignore_errors=True), os.sync())  # gigabytes of others are written back
            write = ["sh", "-c", 'mkdir "$3" && for i in $(seq "$1"); do cp "$2" "$3/$i.zip"; done', "sh", count, source, folder / f"of-{count}"]
            plural = "" if count == 1 else "s"
            contestants += [Contestant(f"{count} function{plural}", "daypack", [build], folder=self.folder, before=clear),
                            Contestant(f"cp of {count} zip{plural}", "cp", [write], folder=self.folder, before=clear)]
            clear()
        return contestants

    def start(self, corpus):
        """A process that imports every module at the top of the package, from files that cannot be written."""
        contestants = []
        for prune in "none", "safe":
            for bytecode in "none", "compiled", "pyc-only":
                folder = self.folder / f"{corpus}-{prune}-{bytecode}"
                subprocess.run(self.packed(corpus, "--prune", prune, "--bytecode", bytecode), check=True, stdout=subprocess.DEVNULL)
                importable = self.importable(corpus, folder)
                warm(folder)
                words = {"none": "sources only", "compiled": "Compile", "pyc-only": "PycOnly"}[bytecode]
                contestants.append(Contestant(words + (", pruned" if prune == "safe" else ""), "daypack", [importable], folder=self.folder))
        return contestants

    def upload(self, corpus):
        """A stored zip of 1 GB, in parts, to a store on this machine; each time the bucket is empty."""
        if not store.ready(self.peers):
            return []
        served, source = store.Store(self.peers), self.folder / "large.zip"
        atexit.register(served.stop)
        with zipfile.ZipFile(source, "w") as archive:
            archive.write(self.corpora.tree("large") / "large.bin", "large.bin")
        warm(source)
        deploy = ["env", *served.settings(), self.daypack, "deploy", source, "--to", "s3://bench", "--quiet"]
        empty = lambda: served.ask("empty")
        return [Contestant("daypack deploy", "daypack", [deploy], folder=self.folder, before=empty),
                *[Contestant(name, "boto3", [served.command("upload", source, *map(str, settings))], folder=self.folder, before=empty)
                  for name, settings in store.SETTINGS.items()]]

    def importable(self, corpus, folder):
        """Unpacks what was built; the command that imports what can be imported, which is the same for all of a corpus."""
        with zipfile.ZipFile(self.out) as archive:
            archive.extractall(folder)
        python = [shutil.which("python3.11"), "-I", "-S", "-B", "-c"]
        if corpus not in self.modules:
            modules = sorted(unpacked.top_level_modules(self.out))
            failed = subprocess.run([*python, unpacked.IMPORT, folder, json.dumps(modules)], capture_output=True, text=True, check=True)
            self.modules[corpus] = [module for module in modules if module not in json.loads(failed.stdout)]
        return [*python, f"import sys; sys.path.insert(0, {str(folder)!r}); import {', '.join(self.modules[corpus])}"]

    def cold(self, corpus):
        """Nothing cached, on either side; daypack makes a zip besides."""
        if not self.peers.get("nginx"):
            return []
        daypack, install = self.indexed(corpus)
        lock, cache = self.folder / f"{corpus}.toml", self.folder / "cache"
        build = [*daypack, "--cache-dir", cache, "-o", self.out, "--lock"]
        subprocess.run([*build, lock], check=True, stdout=subprocess.DEVNULL)

        def forget():
            for folder in (self.folder / "uv", cache, self.peer):
                shutil.rmtree(folder, ignore_errors=True)
            (self.folder / "new.toml").unlink(missing_ok=True)
            os.sync()  # what was written before is nobody's burden

        return [Contestant("daypack build", "daypack", [[*build, self.folder / "new.toml"]], output=self.out, folder=self.folder, before=forget),
                Contestant("daypack build, locked", "daypack", [[*build, lock]], output=self.out, folder=self.folder, before=forget),
                Contestant("uv pip install --target", "uv", [install], folder=self.folder, before=forget)]
