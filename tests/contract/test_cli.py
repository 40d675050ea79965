"""The nightbell command finds a deployed stack and works on its secrets."""

import json
import subprocess
import sys

import pytest

from infra.build.template import ROOT
from infra.cli.secret_values import needed
from infra.cli.settings import load_settings
from tests.contract.cli_stage import Run, deploy, runner
from tests.contract.conftest import ClientMaker

KEY = "0123456789abcdef" * 2  # pragma: allowlist secret
OTHER = "fedcba9876543210" * 2  # pragma: allowlist secret


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    return runner(capsys, monkeypatch)


@pytest.fixture
def outputs(aws: ClientMaker) -> dict[str, str]:
    return deploy(aws)


# Secrets


def test_a_secret_from_stdin_is_stored_encrypted_and_said_by_nobody(run: Run, aws: ClientMaker) -> None:
    code, out, err = run("secrets", "set", "meta", "app_secret", stdin=f"{KEY}\n", stage="one")
    stored = aws("ssm").get_parameter(Name="/nightbell/one/meta/app_secret", WithDecryption=True)["Parameter"]
    assert (code, out, stored["Value"], stored["Type"]) == (0, "", KEY, "SecureString")
    assert KEY not in err


def test_a_secret_that_is_typed_does_not_show_on_the_terminal(aws: ClientMaker) -> None:
    command = [sys.executable, "-m", "infra.cli", "secrets", "set", "meta", "app_secret", "--stage", "typed"]
    # A terminal of its own: getpass asks the terminal itself, whatever stdin is.
    inside = f"import pty, sys; sys.exit(pty.spawn({command!r}) >> 8)"
    with subprocess.Popen(
        [sys.executable, "-c", inside], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0
    ) as terminal:
        assert terminal.stdin is not None
        assert terminal.stdout is not None
        shown = b""
        while b"is not shown): " not in shown and (more := terminal.stdout.read(1)):
            shown += more
        terminal.stdin.write(KEY.encode() + b"\n")
        shown += terminal.stdout.read()
    stored = aws("ssm").get_parameter(Name="/nightbell/typed/meta/app_secret", WithDecryption=True)["Parameter"]
    assert stored["Value"] == KEY
    assert b"Stored /nightbell/typed/meta/app_secret" in shown
    assert KEY.encode() not in shown


def test_the_previous_value_stays_accepted_unless_it_is_withdrawn(run: Run, aws: ClientMaker) -> None:
    def stored() -> str:
        found = aws("ssm").get_parameter(Name="/nightbell/two/meta/app_secret", WithDecryption=True)
        return str(found["Parameter"]["Value"])

    run("secrets", "set", "meta", "app_secret", stdin=KEY, stage="two")
    _, _, err = run("secrets", "set", "meta", "app_secret", stdin=OTHER, stage="two")
    assert stored() == f"{OTHER}\n{KEY}"
    assert "nightbell secrets set meta app_secret --stage two --only" in err
    run("secrets", "set", "meta", "app_secret", "--only", stdin=OTHER, stage="two")
    assert stored() == OTHER


def test_the_check_names_every_missing_secret_and_how_to_set_it(run: Run) -> None:
    stage = "three"
    code, out, err = run("secrets", "check", stage=stage)
    assert code == 1
    assert "→ nightbell secrets set meta app_secret --stage three" in out
    assert f"0 of {len(needed(load_settings().accounts.values()))} secrets are set" in err
    missing = json.loads(run("secrets", "check", "--json", stage=stage)[1])
    for each in missing:
        _, _, _, platform, name = each["parameter"].split("/", 4)
        run("secrets", "set", platform, name, stdin=KEY, stage=stage)
    code, out, _ = run("secrets", "check", stage=stage)
    assert code == 0
    assert out.count("1 value accepted  changed just now") == len(missing)
    assert KEY not in out


# What can go wrong


def test_a_stage_that_is_not_deployed_is_said_with_its_remedy(run: Run) -> None:
    code, _, err = run("desk", "take", "C#a.b.c", "--agent", "marta", stage="nowhere")
    assert code == 1
    assert "Stage nowhere is not deployed in region us-east-1. Deploy it: make deploy STAGE=nowhere." in err


def test_missing_credentials_are_said_with_their_remedy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    code, _, err = run("secrets", "check")
    assert code == 1
    assert "no AWS credentials were found. Sign in" in err


def test_an_endpoint_that_is_not_there_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    code, _, err = run("desk", "release", "C#a.b.c", "--agent", "marta")
    assert code == 1
    assert "Could not find stage cli: AWS does not answer" in err
