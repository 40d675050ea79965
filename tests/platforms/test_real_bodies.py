"""Replays a folder of bodies as platforms published or sent them, named by ``NIGHTBELL_PAYLOADS``."""

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Noise, Unknown
from tests.platforms.real_bodies import FOLDER, INDEXES, Replay, Row, compact, replays, rows

VENDORS = replays()
ROWS = list(rows())
OWN = [(VENDORS[name], row) for name in VENDORS for row in ROWS if row.index == VENDORS[name].index
       and VENDORS[name].is_own(row)]  # fmt: skip
FOREIGN = [(name, row) for name, each in VENDORS.items() for row in ROWS if not each.is_own(row) and row.vendor != name]

pytestmark = pytest.mark.skipif(not FOLDER, reason="NIGHTBELL_PAYLOADS names no folder of bodies")


def wire_of(row: Row) -> bytes:
    """Take a body as its own platform sends it; of those that nobody reads, as it is written."""
    owner = next((each for each in VENDORS.values() if each.index == row.index and each.is_own(row)), None)
    if owner is not None:
        return owner.wire(row.path)
    return compact(row.path) if row.path.suffix == ".json" else row.path.read_bytes()


@pytest.mark.parametrize(("replay", "row"), OWN, ids=[str(row) for _, row in OWN])
def test_a_body_becomes_what_its_index_says(replay: Replay, row: Row) -> None:
    events = replay.read(replay.wire(row.path))
    assert events
    assert not [each for each in events if isinstance(each, Broken | Unknown) and each.kind not in replay.undeclared]
    assert {event.kind for event in events} <= replay.expected(row)


@pytest.mark.parametrize(("platform", "row"), FOREIGN, ids=[f"{name}-{row}" for name, row in FOREIGN])
def test_the_body_of_another_vendor_is_not_taken_for_ours(platform: str, row: Row) -> None:
    try:
        events = VENDORS[platform].read(wire_of(row))
    except NotUnderstoodError:
        return
    assert not [event for event in events if not isinstance(event, Noise | Unknown)]


@pytest.mark.parametrize("platform", VENDORS)
def test_every_body_of_a_platform_is_read_somewhere(platform: str) -> None:
    replay = VENDORS[platform]
    vendors = {row.vendor for row in ROWS if replay.is_own(row)}
    assert vendors
    left = {row.file for row in ROWS if row.vendor in vendors and not replay.is_own(row)}
    assert left - set(replay.elsewhere) == set() or replay.index == "meta"


def test_both_indexes_were_found() -> None:
    assert {row.index for row in ROWS} == set(INDEXES)
