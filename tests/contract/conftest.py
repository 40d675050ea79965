"""The emulator that the adapters run against."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nightbell.adapters.aws_clients import WORK, AwsClients, ClientLimits
from tests.contract.conversation_table import make_table
from tests.contract.world import World
from tests.fakes import READABLE, FakeChannel

HOST = "127.0.0.1"
START_WITHIN_S = 30

ClientMaker = Callable[..., Any]


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the emulator once for all tests that ask for it; yields its address."""
    folder = tmp_path_factory.mktemp("ministack")
    url = f"http://{HOST}:{_free_port()}"
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("ministack")],
            cwd=folder,
            env=_environment(url, folder),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(url, process, folder / "output.txt")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def clients_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ClientMaker]:
    """Make clients by the code that ships, pointed at any address."""
    for name, value in _credentials().items():
        monkeypatch.setenv(name, value)

    def at(url: str) -> ClientMaker:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        clients = AwsClients()

        def make(service: str, limits: ClientLimits = WORK) -> Any:
            return clients.make(service, limits)

        return make

    return at


@pytest.fixture
def aws(ministack: str, clients_at: Callable[[str], ClientMaker]) -> ClientMaker:
    """Make clients of the emulator: ``aws("sqs")``."""
    return clients_at(ministack)


@pytest.fixture(scope="session")
def dynamodb(ministack: str) -> Any:
    """Make one client of the emulator's tables for all tests, by the code that ships."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**_credentials(), "AWS_ENDPOINT_URL": ministack}.items():
            patch.setenv(name, value)
        return AwsClients().make("dynamodb", replace(WORK, connections=32))


@pytest.fixture
def table(dynamodb: Any) -> str:
    """Name a conversation table of the test's own."""
    return make_table(dynamodb)


@pytest.fixture
def make_world(dynamodb: Any, table: str) -> Callable[..., World]:
    """Make worlds that share a table and never meet."""

    def make(channel: FakeChannel = READABLE, **more: Any) -> World:
        return World(dynamodb, table, channel, **more)

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Make one world, on a channel whose sends can be read back."""
    return make_world()


def _credentials() -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def _environment(url: str, folder: Path) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return (
        inherited
        | _credentials()
        | {
            "BIND_HOST": HOST,
            "GATEWAY_PORT": url.rpartition(":")[2],
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(folder),
        }
    )


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    ends = time.monotonic() + START_WITHIN_S
    while process.poll() is None and time.monotonic() < ends:
        try:
            urllib.request.urlopen(f"{url}/_ministack/health", timeout=1).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the emulator did not start:\n{output.read_text()[-2000:]}")
