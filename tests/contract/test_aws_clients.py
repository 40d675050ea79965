"""Clients keep the limits they were made with."""

import threading
import time
from collections.abc import Callable

import botocore
import pytest

from nightbell.adapters.aws_clients import RECEIVE, RECEIVE_ONCE, ClientLimits
from tests.contract.aws_stub import Reply, answering, failure
from tests.contract.conftest import ClientMaker


@pytest.mark.parametrize(("limits", "tries"), [(RECEIVE, 3), (RECEIVE_ONCE, 1)])
def test_client_tries_as_often_as_it_was_told(
    clients_at: Callable[[str], ClientMaker], limits: ClientLimits, tries: int
) -> None:
    with answering(failure("InternalServerError", 500)) as stub, pytest.raises(Exception, match="InternalServerError"):
        clients_at(stub.url)("ssm", limits).get_parameter(Name="x")
    assert len(stub.calls) == tries


def test_silent_service_is_left_after_the_read_timeout(clients_at: Callable[[str], ClientMaker]) -> None:
    with answering(Reply(after_s=20)) as stub:
        client = clients_at(stub.url)("ssm", RECEIVE_ONCE)
        started = time.monotonic()
        with pytest.raises(Exception, match="Read timeout"):
            client.get_parameter(Name="x")
        # Long before the answer, on a machine that is busy with other work, too.
        assert 0.75 < time.monotonic() - started < 10


def test_threads_share_a_client_without_opening_connections_anew(clients_at: Callable[[str], ClientMaker]) -> None:
    limits = ClientLimits(connect_timeout_s=0.5, read_timeout_s=2, tries=1, connections=20)
    with answering(Reply(after_s=0.05)) as stub:
        client = clients_at(stub.url)("ssm", limits)
        threads = [
            threading.Thread(target=lambda: [client.get_parameter(Name="x") for _ in range(3)]) for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.close()
    assert len(stub.calls) == 60
    assert stub.connections <= 20


def test_a_client_names_itself_and_its_library(clients_at: Callable[[str], ClientMaker]) -> None:
    """In one fixed text; otherwise botocore puts its own together anew for every call."""
    named = []
    with answering(Reply()) as stub:
        client = clients_at(stub.url)("ssm", RECEIVE_ONCE)
        client.meta.events.register("before-send", lambda request, **_: named.append(request.headers["User-Agent"]))
        client.get_parameter(Name="x")
    (name,) = named
    # Powertools adds itself to all sessions of a process that has imported it.
    assert name.split(b" PT/")[0] == f"Botocore/{botocore.__version__} nightbell".encode()
