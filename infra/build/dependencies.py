"""Makes the functions' dependencies small and fast to load, without changing what they do.

Plain ``sam build`` leaves no byte code, so that every cold start compiles every module, and ships the descriptions of
all services AWS has. Byte code gives the time, pruning the size.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from infra.build.machine import find_python
from infra.build.template import ROOT, Target

# What the functions call, by service. botocore knows no other operation in a built artefact; a test compares them with
# the adapters and with the roles.
OPERATIONS = {
    "cognito-idp": {"InitiateAuth", "ListUsersInGroup", "RespondToAuthChallenge", "RevokeToken"},
    "logs": {"FilterLogEvents"},
    "dynamodb": {"BatchGetItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"},
    "sqs": {"SendMessage"},
    "ssm": {"GetParameter", "PutParameter"},
}

_UNREAD = (
    "requirements.*",
    ".lock",
    "bin",
    # Lists of what was installed.
    "*.dist-info/RECORD",
    "**/*.pyi",
    "*/tests",
    "jsonschema/benchmarks",
    # Its modules in C; the same in Python are beside them, and it only guesses the encoding of an unlabelled answer.
    "charset_normalizer/*.so",
    "*__mypyc*.so",
    # For other programs; Python reads the compiled zones and the list of their names.
    "tzdata/zoneinfo/*.tab",
    "tzdata/zoneinfo/*.zi",
    "tzdata/zoneinfo/leapseconds",
    # botocore prefers the certificates of certifi.
    "botocore/cacert.pem",
    # Examples for documentation.
    "botocore/data/*/*/examples-1.json*",
    # Descriptions of boto3's resource layer, which nothing uses.
    "boto3/data/*",
    "boto3/examples",
    # An old copy of the time zones; we ship tzdata.
    "dateutil/zoneinfo/*.tar.gz",
    # The build works the public holidays out.
    "holidays",
    "holidays-*.dist-info",
    # We use its logger and its metrics.
    "aws_lambda_powertools/event_handler",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            "auth_alpha",
            "batch",
            "circuit_breaker",
            "data_classes",
            "data_masking",
            "feature_flags",
            "idempotency",
            "kafka",
            "parameters",
            "parser",
            "streaming",
            "validation",
        )
    ),
)

_UV = ROOT / ".venv" / "uv" / "bin" / "uv"
_LOCK = ROOT / "functions" / "requirements.txt"
# The oldest Linux of any supported runtime is Amazon Linux 2, and manylinux2014 is what runs there.
_PLATFORMS = {"arm64": "aarch64-manylinux2014", "x86_64": "x86_64-manylinux2014"}


def dependencies(target: Target) -> Path:
    """Make a folder with the locked dependencies for the target, which need not be this machine.

    The folder is made once for a lock, a target and this module, and found again after that. ``sam build`` can only
    build for a Python that is on the path; wheels need none.
    """
    python = find_python(target.runtime)
    folder = ROOT / ".aws-sam" / "dependencies" / _key(target, compiled=python is not None)
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _install(unfinished, target)
        prune(unfinished)
        if python is not None:
            compile_dependencies(unfinished, python)
        unfinished.rename(folder)
    return folder


def _key(target: Target, *, compiled: bool) -> str:
    made_of = _LOCK.read_bytes() + Path(__file__).read_bytes()
    kind = "compiled" if compiled else "sources"
    return f"{target.runtime}-{target.architecture}-{kind}-{hashlib.sha256(made_of).hexdigest()[:12]}"


def _install(folder: Path, target: Target) -> None:
    version = target.runtime.removeprefix("python")
    command = [str(_UV), "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--python-version", version, "--python-platform", _PLATFORMS[target.architecture]]
    # Not linked to uv's cache, as it does by default: pruning would change the files of every other environment.
    command += ["--link-mode", "copy"]
    subprocess.run([*command, "--target", str(folder), "-r", str(_LOCK)], check=True)


def prune(folder: Path) -> None:
    """Remove what no function reads."""
    described = folder / "botocore" / "data"
    for path in described.iterdir():
        if path.is_dir() and path.name not in OPERATIONS:
            _remove(path)
    for path in described.glob("*/*/service-2.json.gz"):
        _prune_description(path, OPERATIONS[path.parts[-3]])
    _prune_endpoints(described / "endpoints.json")
    for pattern in _UNREAD:
        for path in folder.glob(pattern):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _prune_description(path: Path, operations: set[str]) -> None:
    # Unpacked and parsed whole when a service's first client is made: most of it are operations we never call.
    description = json.loads(gzip.decompress(path.read_bytes()), object_hook=_without_documentation)
    description["operations"] = {name: description["operations"][name] for name in operations}
    shapes, reached = description["shapes"], set[str]()
    unseen = _named_shapes(description["operations"])
    while unseen:
        reached |= unseen
        unseen = _named_shapes([shapes[name] for name in unseen]) - reached
    description["shapes"] = {name: shape for name, shape in shapes.items() if name in reached}
    path.with_suffix("").write_text(json.dumps(description, separators=(",", ":")))
    path.unlink()


def _without_documentation(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "documentation" or not isinstance(value, str)}


def _named_shapes(node: object) -> set[str]:
    if isinstance(node, list):
        return set[str]().union(*map(_named_shapes, node))
    if not isinstance(node, dict):
        return set()
    name = node.get("shape")
    return set[str]({name} if isinstance(name, str) else ()).union(*map(_named_shapes, node.values()))


def _prune_endpoints(path: Path) -> None:
    # Parsed whole when the first client is made: a megabyte of it are services we never call.
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {k: v for k, v in partition["services"].items() if k in OPERATIONS}
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def compile_dependencies(folder: Path, python: str) -> None:
    """Replace sources by byte code, which only the same minor version of Python loads."""
    compile_sources(folder, python, "-b")
    for compiled in folder.rglob("*.pyc"):
        compiled.with_suffix(".py").unlink(missing_ok=True)


def compile_sources(folder: Path, python: str, *options: str) -> None:
    """Add byte code to a folder, which is or will be the root of an artefact."""
    # Unchecked, because zip archives keep no times to compare. /var/task is where Lambda unpacks it.
    command = [python, "-I", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", *options]
    subprocess.run([*command, "-s", str(folder), "-p", "/var/task", str(folder)], check=True)
