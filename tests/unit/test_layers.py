"""The layers hold, and the linters that guard them are awake: each is shown a file that breaks its rule."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.build.template import ROOT

BREACHES = {
    "domain/breach.py": "from nightbell.services import ports\n",
    "platforms/breach.py": "from nightbell.adapters import queues\n",
    "services/breach.py": "import boto3\n",
    "services/breaches.py": "from aws_lambda_powertools import Logger\n",
    "handlers/breach.py": "import requests\n",
    "adapters/breach.py": "from nightbell.handlers import environment\n",
}


def layers(functions: Path) -> "subprocess.CompletedProcess[str]":
    """Check the layers of a copy of the package, whose folder comes first on the path."""
    code = "import sys; sys.path.insert(0, sys.argv.pop()); from importlinter.cli import lint_imports_command as c; c()"
    command = [sys.executable, "-c", code, "--no-cache", "--config", str(ROOT / "pyproject.toml"), str(functions)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=functions)


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    """Copy the package, so that it may be broken."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(ROOT / "functions" / "nightbell", tmp_path / "nightbell", ignore=ignored)
    return tmp_path


def test_the_layers_hold(functions: Path) -> None:
    done = layers(functions)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", BREACHES)
def test_an_import_that_points_outwards_is_refused(path: str, functions: Path) -> None:
    (functions / "nightbell" / path).write_text(BREACHES[path])
    done = layers(functions)
    assert done.returncode == 1
    assert f"nightbell.{path[:-3].replace('/', '.')}" in done.stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("domain/breach.py", "import os\n\nSTAGE = os.environ['STAGE']\n"),
        ("services/breach.py", "import os\n\nSTAGE = os.getenv('STAGE')\n"),
        ("services/breach.py", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n"),
        ("adapters/breach.py", "import time\n\nNOW = time.time()\n"),
    ],
)
def test_a_hidden_clock_or_environment_is_refused(path: str, call: str) -> None:
    name = ROOT / "functions" / "nightbell" / path
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--select",
        "TID251",
        "--stdin-filename",
        str(name),
        "-",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, input=call, cwd=ROOT)
    assert done.returncode == 1
    assert "TID251" in done.stdout
