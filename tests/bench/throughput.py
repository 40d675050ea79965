"""How much the local cloud takes: from the simulated platform through the deployed stack and back to the contact.

This measures the emulator, which runs everything on one machine: it says how quickly one tries things out here, and
nothing about AWS, where functions run side by side.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.local.cloud import LocalCloud, Ports, local_cloud
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, Contact
from infra.local.progress import Progress
from infra.local.waiting import wait_for
from tests.bench.figure import Figure

CONTACTS = 80
SIDE_BY_SIDE = 4
WITHIN_S = 90


def measure() -> Iterator[Figure]:
    """Let many write at once, and wait until each was answered."""
    print("  starting the local cloud", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as name, local_cloud(Ports.free(), Progress(), Path(name)) as cloud:
        people = [_contact(cloud, number) for number in range(CONTACTS + SIDE_BY_SIDE)]
        # The first ones start the functions.
        _play(cloud, people[:SIDE_BY_SIDE])
        delivered_s, answered_s = _play(cloud, people[SIDE_BY_SIDE:])
    note = f"the emulator, {SIDE_BY_SIDE} side by side"
    yield Figure(name="deliveries answered with 200", value=CONTACTS / delivered_s, unit="/s", note=note)
    yield Figure(name="messages acknowledged, end to end", value=CONTACTS / answered_s, unit="/s", note=note)


def _play(cloud: LocalCloud, people: list[Contact]) -> tuple[float, float]:
    """Return the seconds until all deliveries were taken, and until everybody was answered."""
    started = time.monotonic()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda contact: _write(cloud, contact), people))
    delivered = time.monotonic()
    if not wait_for(lambda: all(_is_answered(cloud, contact) for contact in people), WITHIN_S):
        raise ValueError("not everybody was answered")
    return delivered - started, time.monotonic() - started


def _write(cloud: LocalCloud, contact: Contact) -> None:
    written = cloud.meta.write(contact, Writing(text="Is my cake ready?"))
    if written.attempts[0].status != 200:
        raise ValueError(written.attempts)


def _is_answered(cloud: LocalCloud, contact: Contact) -> bool:
    return any(bubble.author == "business" for bubble in cloud.meta.transcript(contact))


def _contact(cloud: LocalCloud, number: int) -> Contact:
    account = cloud.meta.account(MESSENGER).account_id
    return Contact(
        channel=MESSENGER, account_id=account, contact_id=str(34_700_000_000 + number), name="Ada Rossi", user_id=""
    )
