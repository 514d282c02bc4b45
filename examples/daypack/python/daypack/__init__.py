# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Packages for serverless Python: `daypack build` and `daypack deploy` as two functions.

    import daypack

    package = daypack.build(requirements="requirements.txt", add="app.py", handler="app.handler", backend="aws_lambda")
    daypack.deploy(package["path"], "thumbnails", to="function", role="arn:aws:iam::123456789012:role/thumbnails")

Both run the command line that came with this module and read what it prints with --json. Its remarks go to the logger
"daypack", at level INFO.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Optional, cast

from ._command import Error, run
from ._options import BuildOptions, DeployOptions, Value
from ._results import Deployment, Package

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["BuildOptions", "DeployOptions", "Deployment", "Error", "Package", "build", "deploy"]


def build(*packages: str, **options: Unpack[BuildOptions]) -> Package:
    """Packages requirements and your own code for a backend; what `daypack build` does.

    packages: what to package, as a requirements.txt names it ("requests", "numpy<2").
    options: those of `daypack build`, with _ for -: requirements="requirements.txt", add=["app.py"],
        backend="aws_lambda", python="3.12", output="out.zip". What can be repeated takes one value or a sequence of
        them, add also a mapping of paths to where they go; a flag takes True. None is as if it were not there.
    Returns what `daypack build --json` prints: path, sha256, sizes, the distributions, budget and findings.
    Raises Error for what cannot be built, TypeError for an option that there is not.
    """
    return cast(Package, run("build", packages, cast("dict[str, Value]", options), BuildOptions))


def deploy(archive: str, name: Optional[str] = None, **options: Unpack[DeployOptions]) -> Deployment:
    """Brings a package to where it runs; what `daypack deploy` does.

    archive: the zip that build() made; its manifest lies beside it.
    name: of the function or layer; a store needs none.
    options: those of `daypack deploy`, with _ for -: to="function", role="arn:...", memory=512, env={"K": "V"}.
        env, tag and metadata take a mapping.
    Returns what `daypack deploy --json` prints: id, version, digest, and whether it was there already (unchanged).
    Raises Error for what cannot be deployed, TypeError for an option that there is not.
    """
    arguments = [archive] if name is None else [archive, name]
    return cast(Deployment, run("deploy", arguments, cast("dict[str, Value]", options), DeployOptions))
