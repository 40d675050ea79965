"""Where a contact is forgotten, the mails themselves go, too: out of the bucket, and only of that conversation."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import UnavailableError
from nightbell.domain.keys import conversation_pk
from nightbell.services.discard_beside import DiscardBeside, ObjectStore
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.forget import Forget, Forgotten
from tests.contract.mail_world import ADA, OURS, MailWorld

BEN, CANARY = "ben@example.org", "canary"


@dataclass(slots=True)
class Mails:
    """The office's bucket, which may be out of reach."""

    world: MailWorld
    is_there: bool = True
    deleted: list[str] = field(default_factory=list)

    def delete(self, key: str) -> None:
        if not self.is_there:
            raise UnavailableError("the bucket was not reached")
        self.world.office.mails.pop(key, None)
        self.deleted.append(key)


@pytest.fixture
def world() -> Iterator[MailWorld]:
    made = MailWorld()
    yield made
    made.stop()


def forget(world: MailWorld, objects: ObjectStore | None) -> Forgotten:
    table = TableClient(world.dynamodb, "mails", Deadline(world.clock))
    discard = DiscardBeside(DiscardWhole(QuarantineTable(table), world.clock), {"mail": objects} if objects else {})
    service = Forget(store=ForgettingTable(table), discard=discard, clock=world.clock)
    return service([conversation_pk("email", OURS, ADA)], "marta")


def written(world: MailWorld, *people: str) -> None:
    for person in people:
        world.write(f"{CANARY} of {person}", by=person)
        world.hear()
        world.work()


def texts(world: MailWorld, by: str = ADA) -> list[str]:
    return [item["txt"] for item in world.stored(by) if item["sk"].startswith("M#") and "txt" in item]


def test_the_mails_of_whoever_is_forgotten_are_deleted(world: MailWorld) -> None:
    written(world, ADA, ADA, BEN)
    mails = Mails(world)
    done = forget(world, mails)
    assert (done.messages, done.objects, len(mails.deleted)) == (2, 2, 2)
    [left] = world.office.mails.values()
    assert f"{CANARY} of {BEN}".encode() in left
    assert (texts(world), len(texts(world, BEN))) == ([], 1)


def test_a_mail_that_cannot_be_deleted_keeps_its_text_until_another_try(world: MailWorld) -> None:
    written(world, ADA)
    mails = Mails(world, is_there=False)
    with pytest.raises(UnavailableError):
        forget(world, mails)
    assert texts(world)
    mails.is_there = True
    assert forget(world, mails).objects == 1
    assert (texts(world), world.office.mails) == ([], {})


def test_doing_it_again_deletes_nothing_more(world: MailWorld) -> None:
    written(world, ADA)
    forget(world, Mails(world))
    again = Mails(world)
    assert forget(world, again).changed == 0
    assert again.deleted == []


def test_a_stack_that_receives_no_mail_forgets_all_the_same(world: MailWorld) -> None:
    written(world, ADA)
    forget(world, None)
    assert texts(world) == []
