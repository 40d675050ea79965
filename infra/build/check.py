"""The command behind ``make check``: every static check, with what it took."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from infra.build.package import nested_templates
from infra.build.template import ROOT

LINT_ENVIRONMENT = {"AWS_DEFAULT_REGION": "us-east-1"}
"""sam asks for a region even where it calls nobody."""
_CHECKED = "ok"
_NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        command: Run in the project's folder.
        judge: Tells from the finished command what to print; raises CheckError.
    """

    name: str
    command: Sequence[str]
    judge: Callable[["subprocess.CompletedProcess[str]"], str]


class CheckError(Exception):
    """A check found something; the text is what it printed."""


def _by_exit_code(done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode:
        raise CheckError(done.stdout + done.stderr)
    return _CHECKED


def _by_advisories(done: "subprocess.CompletedProcess[str]") -> str:
    # The exit code does not tell an advisory from a service out of reach; only the former comes with a report.
    if not done.stdout.strip():
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"{_NOT_CHECKED}, the advisory service gave no answer: {reason[:150]}"
    found = [d for d in json.loads(done.stdout)["dependencies"] if d.get("vulns")]
    if found:
        raise CheckError(
            "\n".join(f"{d['name']} {d['version']}: {', '.join(v['id'] for v in d['vulns'])}" for d in found)
        )
    return _CHECKED


def _tool(environment: str, *command: str) -> list[str]:
    name, *arguments = command
    return [str(ROOT / ".venv" / environment / "bin" / name), *arguments]


def _tracked_files() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).is_file()]


def checks() -> list[Check]:
    """List the checks, the quickest answers first."""
    audit = _tool("dev", "pip-audit", "--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off")
    audit += ["--format", "json", "--timeout", "5", "-r", "functions/requirements.txt"]
    # Hashes of locks and of recorded items look like secrets, and the fixtures are signed with what signs nothing else.
    innocent = r"requirements.*\.txt$|^tests/platforms/|^tests/contract/versions/recorded/"
    # A Twilio account has no secret id, and one of zeros is nobody's.
    nobody = "(AC|SK)0{29}"
    secrets = _tool("dev", "detect-secrets-hook", "--exclude-files", innocent, "--exclude-lines", nobody)
    secrets += _tracked_files()
    # ruff's rules S find what bandit calls low and B310 too, and there each exception stands with its reason.
    bandit = _tool("dev", "bandit", "--quiet", "--severity-level", "medium", "--skip", "B310")
    bandit += ["--recursive", "functions", "infra"]
    commands = {
        "format": _tool("dev", "ruff", "format", "--check", "."),
        "lint": _tool("dev", "ruff", "check", "."),
        "layers": _tool("dev", "lint-imports", "--no-cache"),
        "types": _tool("dev", "mypy"),
        "settings": _tool("dev", "nightbell", "settings", "check"),
        "sam validate": _tool("tools", "sam", "validate", "--lint"),
        "cfn-lint": _tool("tools", "cfn-lint", "template.yaml", *map(str, nested_templates())),
        "checkov": _tool("checkov", "checkov", "--config-file", ".checkov.yaml"),
        "bandit": bandit,
        "detect-secrets": secrets,
    }
    found = [Check(name=name, command=command, judge=_by_exit_code) for name, command in commands.items()]
    return [*found, Check(name="pip-audit", command=audit, judge=_by_advisories)]


def run(check: Check) -> bool:
    """Run one check and print its line, and what it found; tell whether it passed."""
    print(f"{check.name:15}", end="", flush=True)
    started_at = time.monotonic()
    env = LINT_ENVIRONMENT | os.environ
    done = subprocess.run(check.command, check=False, cwd=ROOT, env=env, capture_output=True, text=True)
    try:
        verdict, report = check.judge(done), ""
    except CheckError as error:
        verdict, report = "FAILED", f"\n{error}"
    print(f"{time.monotonic() - started_at:5.1f} s  {verdict}{report}", flush=True)
    return not report


def main() -> int:
    """Run all checks, also after one has failed; 1 if any has."""
    started_at = time.monotonic()
    failed = [check.name for check in checks() if not run(check)]
    verdict = f"Failed: {', '.join(failed)}" if failed else "Every check passed or says above what it could not check"
    print(f"{verdict} ({time.monotonic() - started_at:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
