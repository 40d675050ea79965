"""What ``make build`` leaves, run in a Python that sees nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.build.dependencies import OPERATIONS, dependencies
from infra.build.machine import own_target
from infra.build.package import build, zipped_size
from infra.build.template import Target, load_template
from tests.bench import start

USE_EVERYTHING = f"""
import importlib, pkgutil, sys, zoneinfo

sys.path.insert(0, sys.argv[1])
import boto3, botocore.session, nightbell
from botocore import xform_name

for module in pkgutil.walk_packages(nightbell.__path__, "nightbell."):
    importlib.import_module(module.name)

session = botocore.session.get_session()
for service, names in {OPERATIONS!r}.items():
    client = session.create_client(
        service, region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    assert all(hasattr(client, xform_name(name)) for name in names), service

from nightbell.adapters.public_holidays import BuiltCalendars
from nightbell.handlers.settings import FILE, accounts, calendars

assert isinstance(calendars(), BuiltCalendars), FILE
assert accounts()
zoneinfo.reset_tzpath(to=())
assert zoneinfo.ZoneInfo("Europe/Madrid")
assert len(zoneinfo.available_timezones()) > 400
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build for this machine; the folder with the template."""
    folder = tmp_path_factory.mktemp("built") / "build"
    build(own_target(), folder / "template.yaml")
    return folder


def test_the_artefact_works_without_anything_beside_it(built: Path) -> None:
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", USE_EVERYTHING, str(built / "Functions")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_function_starts_from_the_artefact_alone(built: Path) -> None:
    """Also what ``make bench`` sets for a function is enough to compose it."""
    for module, environment in start.handlers().values():
        assert min(start.once(built / "Functions", module, environment)) > 0, module


def test_what_is_pruned_belongs_to_the_build_alone(built: Path) -> None:
    """A file that uv shares with its cache would be pruned in every environment of this machine."""
    assert built.is_dir()
    shared = [path for path in dependencies(own_target()).rglob("*") if path.is_file() and path.stat().st_nlink > 1]
    assert shared == []


def test_the_artefact_is_small(built: Path) -> None:
    assert zipped_size(built / "Functions") <= 6_000_000


def test_our_own_code_keeps_its_sources_for_tracebacks(built: Path) -> None:
    handlers = built / "Functions" / "nightbell" / "handlers"
    assert (handlers / "sweep.py").is_file()
    assert list((handlers / "__pycache__").glob("sweep.*.pyc"))


def test_the_built_template_refuses_another_runtime(built: Path) -> None:
    parameters = load_template(built / "template.yaml")["Parameters"]
    assert parameters["Runtime"]["AllowedValues"] == [own_target().runtime]
    assert parameters["Architecture"]["AllowedValues"] == [own_target().architecture]


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_it_builds_for_a_processor_that_this_machine_has_not(architecture: str, tmp_path: Path) -> None:
    build(Target(runtime="python3.13", architecture=architecture), tmp_path / "build" / "template.yaml")
    names = [path.name for path in (tmp_path / "build").rglob("rpds*.so")]
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    assert names == [f"rpds.cpython-313-{machine}-linux-gnu.so"]
