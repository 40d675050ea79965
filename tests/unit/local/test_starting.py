"""A local cloud that cannot start says why at once, and leaves the one that runs alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import Ports, local_cloud
from infra.local.loopback_server import LoopbackServer, Reply
from infra.local.ministack import LocalCloudError
from infra.local.progress import Progress
from infra.local.run import run


@pytest.fixture
def taken() -> Iterator[int]:
    server = LoopbackServer(lambda _: Reply(status=404))
    yield server.port
    server.close()


def test_the_clock_of_the_cloud_that_runs_stays_as_it_is(taken: int, tmp_path: Path) -> None:
    """Both have the same folder, and the clock's file is named after the port."""
    clock = tmp_path / f"clock-{taken}.json"
    clock.write_text("an evening")
    ports = Ports(cloud=taken, graph_api=0)
    with pytest.raises(LocalCloudError, match=f"Port {taken} is taken"), local_cloud(ports, Progress(), tmp_path):
        pass
    assert clock.read_text() == "an evening"


def test_a_taken_port_of_the_page_is_told_before_anything_starts(taken: int) -> None:
    with pytest.raises(LocalCloudError, match=f"Port {taken} is taken.*--page-port"):
        run(Ports.free(), taken)


def test_where_all_ports_are_taken_the_other_cloud_is_named(taken: int) -> None:
    with pytest.raises(LocalCloudError, match=f"Port {taken} is taken by another program"):
        run(Ports(cloud=taken), taken)
