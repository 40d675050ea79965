"""Shells complete the command as its parser knows it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from infra.cli.__main__ import main
from infra.cli.completion import script

SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_a_script_that_knows_the_verbs(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    said = capsys.readouterr()
    assert [word for word in ("desk", "hand-over", "redrive", "override") if word not in said.out] == []
    assert f"nightbell completion {shell} > " in said.err


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_takes_the_script(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    (tmp_path / "script").write_text(script(shell))
    subprocess.run([shell, "-n", tmp_path / "script"], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("nightbell desk sn", ["snooze"]),
        ("nightbell dlq ", ["list", "redrive"]),
        ("nightbell dlq redrive --y", ["--yes"]),
        ("nightbell desk done --how no", ["no-answer-needed"]),
    ],
)
def test_bash_completes_nouns_verbs_options_and_what_they_take(typed: str, offered: list[str], tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not here")
    (tmp_path / "script").write_text(script("bash"))
    words = typed.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    asked = (
        f"source '{tmp_path / 'script'}'; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
        'function=$(complete -p nightbell | sed "s/.*-F \\([^ ]*\\).*/\\1/"); "$function"; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run([bash, "-c", asked], check=True, capture_output=True, text=True)
    assert sorted({line.strip() for line in done.stdout.splitlines()} - {"-h", "--help"}) == offered
