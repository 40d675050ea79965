"""The commands as a person runs them: started, used, stopped, with nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloud import STATE
from infra.local.loopback_server import LoopbackServer, Reply
from infra.local.ministack import free_port, is_free
from infra.local.waiting import wait_for

pytestmark = pytest.mark.timeout(180)

ROOT = Path(__file__).parents[2]
START_S = 90


def _local(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "infra.local", *arguments]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def running(port: int) -> Iterator["subprocess.Popen[str]"]:
    if (STATE / "running.json").exists():
        pytest.skip("a local cloud of this machine's user runs already")
    ports = ["--port", str(port), "--api-port", "0", "--page-port", "0"]
    command = _local("run", *ports)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.terminate()
        process.communicate(timeout=30)


def _children(state: Path) -> list[str]:
    """List the commands of processes that work in a cloud's folder."""
    listed = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if str(state) in line]


def _come_up(process: "subprocess.Popen[str]") -> None:
    assert wait_for(lambda: (STATE / "running.json").exists() or process.poll() is not None or None, START_S)
    assert process.poll() is None, process.communicate()[0]


def _stop(process: "subprocess.Popen[str]", sign: signal.Signals, port: int) -> str:
    """Stop it and look for what is left: notes, processes, temporary files."""
    os.kill(process.pid, sign)
    said, _ = process.communicate(timeout=30)
    assert not (STATE / "running.json").exists()
    assert _children(STATE) == []
    assert is_free(port)
    assert list(STATE.glob("tmp-*")) == []
    return said


def test_run_answers_customers_and_ctrl_c_leaves_nothing_behind(running: "subprocess.Popen[str]", port: int) -> None:
    _come_up(running)
    message = ["simulate", "message", "Hello?", "--contact", "5000000000000077"]
    written = subprocess.run(_local(*message), cwd=ROOT, check=True, capture_output=True, text=True)
    assert json.loads(written.stdout)["attempts"][0]["status"] == 200
    assert _simulate("message", "How much is it?", "--channel", "facebook_comments")["attempts"][0]["status"] == 200
    (post,) = _simulate("transcript", "--channel", "facebook_comments")
    assert post["comments"][0]["text"] == "How much is it?"
    assert _simulate("others", "take", "--contact", "5000000000000077")["status"] == 200
    said = _stop(running, signal.SIGINT, port)
    assert re.search(r"A first customer wrote and was answered after \d", said), said
    assert "nightbell desk answer" in said


def _simulate(*arguments: str) -> Any:
    done = subprocess.run(_local("simulate", *arguments), cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_the_team_answers_and_finishes_with_the_nightbell_command(running: "subprocess.Popen[str]", port: int) -> None:
    _come_up(running)
    conversation = "C#messenger.100000000000001.5000000000000001"
    assert conversation in _nightbell("queue", "peek")
    assert conversation in _nightbell("desk", "list")
    assert "sourdough" in _nightbell("desk", "next", "--agent", "marta")
    for words, *more in (("Yes, from eight on.", "--keep"), ("Shall I keep you one?",)):
        said = _nightbell("desk", "answer", conversation, words, *more, "--agent", "marta")
        assert re.search(r"^messenger: sent", said), said
        assert words in json.dumps(_simulate("transcript", "--contact", "5000000000000001"))
    assert "marta, person_answer: sent" in _nightbell("desk", "show", conversation)
    assert json.loads(_nightbell("queue", "count", "--json"))["table"]["conversations"] == 0
    _simulate("message", "One more thing", "--contact", "5000000000000001")
    assert "One more thing" in _nightbell("desk", "take", conversation, "--agent", "marta")
    _is_replayed_as_sent()
    assert "Closed up to message 2" in _nightbell("desk", "done", conversation, "--agent", "marta")
    _is_replayed_as_sent("--conversation", conversation)
    _stop(running, signal.SIGTERM, port)


def _is_replayed_as_sent(*which: str) -> None:
    """By the settings that the functions were deployed with."""
    replayed = json.loads(_nightbell("settings", "replay", "--stage", "local", *which, "--json"))
    assert replayed["against"] == "what stage local runs with"
    assert replayed["as_sent"]["same"] == replayed["as_sent"]["sent"] > 0


def _nightbell(*arguments: str) -> str:
    command = [sys.executable, "-m", "infra.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_taken_port_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    other = LoopbackServer(lambda _: Reply(status=404))
    done = subprocess.run(_local("demo", "--port", str(other.port), "--api-port", "0"), cwd=ROOT, check=False)
    other.close()
    said = capfd.readouterr().err
    assert done.returncode == 1
    assert f"Port {other.port} is taken by another program" in said
    assert "--port" in said
    assert "Traceback" not in said


def test_simulate_without_a_cloud_says_what_to_do() -> None:
    if (STATE / "running.json").exists():
        pytest.skip("a local cloud of this machine's user runs already")
    done = subprocess.run(_local("simulate", "clear"), cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (1, "No local cloud runs. Start one in another terminal: make run")


def test_help_shows_an_example() -> None:
    said = subprocess.run(_local("--help"), cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "python -m infra.local demo" in said


def test_the_demo_shows_everything_and_succeeds() -> None:
    ports = ["--port", str(free_port()), "--api-port", "0"]
    done = subprocess.run(_local("demo", *ports), cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it happened." in done.stdout
    assert "\x1b[" not in done.stdout, "colours are for terminals"
    assert len(re.findall(r"reads after \d+ ms", done.stdout)) == 10
    assert " by mail to " in done.stdout
    assert "joins the same conversation" in done.stdout
