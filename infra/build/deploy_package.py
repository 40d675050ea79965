"""Brings what was built to where CloudFormation finds it: the bucket that sam keeps in every account and region."""

import hashlib
import re
import subprocess
from pathlib import Path

from infra.build.deploy_stage import Account, StageConfig, client
from infra.build.package import BuildError, sam
from infra.build.template import ROOT
from nightbell.adapters.clock import SystemClock

_BUCKET = re.compile(r"s3://([^/\s]+)/")


def package(template: Path, config: StageConfig, account: Account) -> str:
    """Upload functions, nested templates and the template itself, each under the hash of what it holds.

    Returns:
        The template's address.

    Raises:
        BuildError: sam refused.
    """
    packaged = template.with_name("packaged.yaml")
    place = ["--region", account.region, "--s3-prefix", config.stack, "--template-file", str(template)]
    # Beside another template, sam would look for another configuration, too.
    file = ["--config-file", str(ROOT / "samconfig.toml"), "--output-template-file", str(packaged)]
    sam("package", "--resolve-s3", "--no-progressbar", *place, *file, quiet=True)
    text = packaged.read_bytes()
    found = _BUCKET.search(text.decode())
    if found is None:
        raise BuildError("sam package did not say where it put the functions")
    key = f"{config.stack}/{hashlib.sha256(text).hexdigest()}.template"
    s3 = client("s3", account.region)
    s3.put_object(Bucket=found[1], Key=key, Body=text)
    # By its path, as CloudFormation takes it in every region.
    return f"{s3.meta.endpoint_url}/{found[1]}/{key}"


def change_set_name() -> str:
    """Name a change set after the time and the commit: the stack remembers it, and so which version runs."""
    return f"nightbell-{SystemClock(None).now():%Y%m%dT%H%M%S%f}-{_version()}"


def _version() -> str:
    try:
        commit = _git("rev-parse", "--short=10", "HEAD")
        return f"{commit}changed" if _git("status", "--porcelain", "--untracked-files=no") else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, cwd=ROOT, capture_output=True, text=True).stdout.strip()
