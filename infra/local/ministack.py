"""Starts and stops MiniStack, the AWS emulator that the local cloud runs on."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HOST = "127.0.0.1"
REGION = "us-east-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",  # pragma: allowlist secret
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
START_S = 30.0
STOP_S = 4.0


class LocalCloudError(Exception):
    """The local cloud cannot start; the sentence says what to do."""


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether a port can be bound on loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class MiniStack:
    """One MiniStack process with everything it starts; use it as a context manager.

    Attributes:
        endpoint: Where every AWS service is.
    """

    def __init__(self, port: int, folder: Path) -> None:
        """Take where it listens, and where its log and temporary files go."""
        self.port = port
        self.endpoint = f"http://{HOST}:{port}"
        self.log = folder / "ministack.log"
        self._temporary = folder / f"tmp-{port}"
        self._note = folder / f"ministack-{port}.pid"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it; :meth:`wait` tells when it answers.

        Raises:
            LocalCloudError: The port is taken, or MiniStack is not installed.
        """
        self.check_port()
        self._temporary.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C reaches us alone, and we stop the whole group when we are ready.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._note.write_text(str(self._process.pid))
        return self

    def check_port(self) -> None:
        """See that nobody else listens there, before anything is touched that another local cloud may use.

        Raises:
            LocalCloudError: Somebody does.
        """
        if not is_free(self.port):
            raise LocalCloudError(port_advice(self.port, self._note))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it and every function it runs, and remove its temporary files."""
        if self._process is not None:
            stop_group(self._process)
            self._note.unlink(missing_ok=True)
        shutil.rmtree(self._temporary, ignore_errors=True)

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            LocalCloudError: It ended, or did not answer in time.
        """
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                self.get("/_ministack/health")
            except OSError:
                time.sleep(0.1)
            else:
                return
        message = (
            f"MiniStack did not start. What it said is in {self.log}; if it is not installed, run: make .venv/dev/ready"
        )
        raise LocalCloudError(message)

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON of many shapes
        """Read one of MiniStack's own pages."""
        with urllib.request.urlopen(self.endpoint + path, timeout=5) as answer:  # noqa: S310 - our own process
            return json.load(answer)

    @property
    def client_environment(self) -> dict[str, str]:
        """What tools that talk to AWS need to talk to this instead."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint}

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        return {
            **kept,
            "GATEWAY_PORT": str(self.port),
            "AUTH": "true",  # every function has just the rights of its role, so that one that is missing shows here
            "BIND_HOST": HOST,  # its own default is every interface, and its control plane has no lock
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self._temporary),
        }


def port_advice(port: int, note: Path) -> str:
    """Say what to do about a port that is taken; a ``note`` tells which process of ours was there last."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/_ministack/health", timeout=2):
            who = "a MiniStack, perhaps of another `make run`: stop it there with Ctrl-C"
            who += f", or with: kill {note.read_text()}" if note.is_file() else ""
    except OSError:
        who = "another program"
    return f"Port {port} is taken by {who}. Or choose another port: python -m infra.local run --port {free_port()}"


def stop_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started: politely, then for certain."""
    _signal_group(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    # Whatever outlived it, or it itself if it is still finishing requests that nobody waits for.
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, sign)
