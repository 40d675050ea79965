"""Builds all functions for one target, into a folder that ``sam deploy`` deploys from.

It does what ``sam build`` does, and what that leaves out (see dependencies.py); a plain ``sam build`` works as well.
"""

import io
import os
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import yaml

from infra.build.dependencies import compile_sources, dependencies
from infra.build.machine import find_python
from infra.build.public_holidays import write_public_holidays
from infra.build.smoke_source import with_smoke_source
from infra.build.template import ROOT, Target, load_template

# Where ``sam deploy`` looks for itself.
BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
_TOOLS = ROOT / ".venv" / "tools" / "bin"


class BuildError(Exception):
    """The functions could not be built; the sentence says why. Nothing was deployed."""


def sam(*arguments: str, environment: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run sam from its own environment; what it printed is shown when it fails.

    Raises:
        BuildError: sam refused.
    """
    # First on the path, so that sam builds with the Python beside it, which has pip.
    path = {"PATH": f"{_TOOLS}{os.pathsep}{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    env = os.environ | path | (environment or {})
    shown = subprocess.PIPE if quiet else None
    command = [str(_TOOLS / "sam"), *arguments]
    done = subprocess.run(command, check=False, cwd=ROOT, env=env, stdout=shown, stderr=subprocess.STDOUT)
    if done.returncode:
        raise BuildError(f"{done.stdout.decode() if quiet else ''}sam {arguments[0]} failed")


def build(target: Target, template: Path = BUILT_TEMPLATE) -> None:
    """Build the functions and their template; prints the size and how long it took.

    Args:
        target: What to build for; need not be this machine.
        template: What to write; its folder is replaced. Two builds at a time need two folders.
    """
    started_at = time.monotonic()
    folder = template.parent
    artefact = folder / "Functions"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "functions", artefact, ignore=shutil.ignore_patterns("requirements.*", "__pycache__", ".*"))
    write_public_holidays(artefact)
    settings = artefact / "business.toml"
    settings.write_text(with_smoke_source(settings.read_text("utf-8")), "utf-8")
    _compile(artefact, target)
    # Nested stacks are found by their place beside the template that names them.
    copy_nested(folder)
    shutil.copytree(dependencies(target), artefact, dirs_exist_ok=True)
    _write_template(template, target)
    size_mb, took_s = zipped_size(artefact) / 1e6, time.monotonic() - started_at
    print(f"Built for {target.runtime} on {target.architecture}: {size_mb:.1f} MB zipped, in {took_s:.0f} s")


def nested_templates() -> list[Path]:
    """List the templates of nested stacks; the main one names each by its place below the project's folder."""
    return sorted((ROOT / "infra").glob("*.yaml"))


def copy_nested(folder: Path) -> None:
    """Put the nested stacks' templates where a main template in this folder looks for them."""
    for path in nested_templates():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def _compile(artefact: Path, target: Target) -> None:
    python = find_python(target.runtime)
    if python is None:
        print(f"There is no {target.runtime} on the path to make byte code with: a cold start will take twice as long.")
    else:
        compile_sources(artefact, python)


def _write_template(path: Path, target: Target) -> None:
    template = load_template()
    template["Globals"]["Function"]["CodeUri"] = "Functions"
    # Refuses every runtime and architecture but those that it was built for.
    for name, value in (("Runtime", target.runtime), ("Architecture", target.architecture)):
        template["Parameters"][name] |= {"Default": value, "AllowedValues": [value]}
    path.write_text(yaml.safe_dump(template, sort_keys=False))


def zipped_size(artefact: Path) -> int:
    """Tell how many bytes are deployed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(artefact.rglob("*")):
            archive.write(path, path.relative_to(artefact))
    return buffer.tell()
