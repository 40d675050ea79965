"""What can be under way in a conversation when a version is replaced, and how it must end."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from nightbell.adapters.desk_reading import DeskReadingTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_items import values
from nightbell.domain.business import Choice
from nightbell.domain.choices import payload
from nightbell.domain.events import (
    Attachment,
    Broken,
    Contact,
    Delivery,
    Message,
    MessageRole,
    Reference,
    ReferenceKind,
)
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import UnitKind, UnitState
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_errors import DeskError
from nightbell.services.desk_say import Saying
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.forget import Forget
from tests.contract.faults import Crash, Faults, How
from tests.contract.versions.stage import Scene, Stage, minute
from tests.contract.world import CLOSED, CONTACT, SHARDS
from tests.fakes import KEYED, READABLE

AGENT, WHY = "marta", "it is a test of versions"
CANARY = "canary"
ANA, MAIL, BOX = "ana@b.example", "mail", "box@shop.example"


def acknowledged_once(stage: Stage) -> None:
    """See that the contact got one text, that the team knows, and that nothing is left to do."""
    stage.rest()
    [unit] = stage.units_of()
    assert stage.visible() == [unit.tag]
    assert stage.last_word() == "acknowledged"
    assert stage.faults_at_rest() == []


def written(stage: Stage) -> None:
    stage.deliver(replace(stage.message(), contact=Contact(contact_id=CONTACT, address=CONTACT, name="Ana Rossi")))


def written_without_hint(stage: Stage) -> None:
    written(stage)
    stage.hints.waiting.clear()


def dead_while_sending(stage: Stage) -> None:
    """The worker dies with the text on its way: the contact has it, and nobody here knows."""
    written(stage)
    stage.build(Faults(at=1, how=How.CRASH_AFTER, of="POST"))
    stage.work()
    stage.build(Faults())


def read_back(stage: Stage) -> None:
    """The platform still shows the text, so it is not said again."""
    [unit] = stage.units_of()
    assert unit.state is UnitState.SENDING
    stage.api.seen.append((CONTACT, unit.text, unit.tag))
    acknowledged_once(stage)


def untold(stage: Stage) -> None:
    """The text has left, and the team could not be told."""
    written(stage)
    stage.build(Faults(at=1, how=How.FAILED, of="hand off"))
    with suppress(Crash):
        stage.work()
    stage.build(Faults())


def saying(stage: Stage, text: str, **more: Any) -> Saying:
    spoken = (Spoken(via=stage.channel.name, text=text),)
    return Saying(request="a click", texts=spoken, up_to=stage.conversation().last_seq, override=WHY, **more)


def answered(stage: Stage) -> None:
    written(stage)
    stage.rest()
    stage.desk.note(stage.pk(), "lena", "she has been here before")
    stage.desk.take(stage.pk(), AGENT)
    stage.desk.say(stage.pk(), AGENT, saying(stage, "Yes, we have it."))


def answer_leaves_once(stage: Stage) -> None:
    again = stage.desk.say(stage.pk(), AGENT, saying(stage, "Yes, we have it."))
    stage.work()
    stage.rest()
    [unit] = stage.desk_units_of()
    assert [each.sk for each in again.units] == [unit.sk]
    assert (unit.state, stage.visible().count(unit.tag)) == (UnitState.SENT, 1)
    assert not stage.conversation().is_waiting
    assert "answered" in values(stage.item(stage.pk(), "DESK"))


def answered_before(stage: Stage) -> None:
    """The answer has left: how long the contact waited stands at the desk."""
    answered(stage)
    stage.rest()
    stage.pass_by(minutes=30)
    stage.write("And in red?")
    stage.rest()


def answered_again(stage: Stage) -> None:
    """What was counted before goes on being read, and the next answer is counted anew."""
    before = values(stage.item(stage.pk(), "DESK"))["answered"]
    stage.desk.take(stage.pk(), AGENT)
    spoken = (Spoken(via=stage.channel.name, text="In red, too."),)
    up_to = stage.conversation().last_seq
    stage.desk.say(stage.pk(), AGENT, Saying(request="another", texts=spoken, up_to=up_to, override=WHY))
    stage.work()
    stage.rest()
    after = values(stage.item(stage.pk(), "DESK"))["answered"]
    assert after["first_at"] > before["first_at"]
    assert not stage.conversation().is_waiting


def held(stage: Stage) -> None:
    written(stage)
    stage.rest()
    stage.desk.take(stage.pk(), AGENT)


def closed_by_its_holder(stage: Stage) -> None:
    with suppress(DeskError):
        stage.desk.take(stage.pk(), "lena")
        raise AssertionError("two agents hold one conversation")
    stage.desk.close(stage.pk(), AGENT)
    assert not stage.conversation().is_waiting
    stage.pass_by(minutes=5)
    stage.write("One more thing")
    assert stage.conversation().is_waiting
    stage.rest()
    assert stage.faults_at_rest() == []


def snoozed(stage: Stage) -> None:
    written(stage)
    stage.rest()
    stage.desk.take(stage.pk(), AGENT)
    stage.desk.snooze(stage.pk(), AGENT, stage.clock.now() + timedelta(minutes=30))


def woken_by_the_contact(stage: Stage) -> None:
    stage.pass_by(minutes=1)
    stage.write("Are you there?")
    stage.rest()
    assert stage.desk.take(stage.pk(), AGENT).conversation.waiting_count == 2
    stage.desk.close(stage.pk(), AGENT)


def promised(stage: Stage) -> None:
    stage.looks_after_promises()
    HoldTable(stage.client, SHARDS).know_brand(stage.account.brand.key)
    written(stage)
    stage.work()
    stage.desk.take(stage.pk(), AGENT)
    until_then = stage.clock.now() + timedelta(minutes=40)
    stage.desk.say(stage.pk(), AGENT, saying(stage, "Until ten to eleven.", promise=until_then))
    stage.work()


def told_that_it_takes_longer(stage: Stage) -> None:
    stage.looks_after_promises()
    assert DeskReadingTable(stage.client).brands() == [stage.account.brand.key]
    before = set(stage.visible())
    for _ in range(45):
        minute(stage)
    [unit] = [each for each in stage.desk_units_of() if each.kind is UnitKind.HOLDING]
    assert [tag for tag in stage.visible() if tag not in before] == [unit.tag]


def pieces() -> Delivery:
    """One delivery, large enough for two parts where a part is small."""
    body = b"".join(n.to_bytes(2, "big") for n in range(600))
    at = CLOSED - timedelta(hours=13)
    return Delivery(platform="fake", path="", method="POST", headers={}, query={}, body=body, received_at=at)


def spilled(stage: Stage) -> None:
    from nightbell.domain import spill  # noqa: PLC0415 - its size of a part is made small for a moment

    whole, spill.PIECE_BYTES = spill.PIECE_BYTES, 800
    try:
        first, *others = spill.cut(pieces())
    finally:
        spill.PIECE_BYTES = whole
    assert others
    stage.replay(first)
    stage.spill.send(others)


def stored_once(stage: Stage) -> None:
    # Of what a platform sent, the bytes alone are recorded: the platform of this world cannot read them.
    stage.platform.events[pieces().body] = [stage.message(sent_at=pieces().received_at)]
    for part in [*stage.spill.parts, *stage.spill.parts]:
        stage.replay(part)
    assert stage.numbers() == [1]
    acknowledged_once(stage)


def unread(stage: Stage) -> None:
    stage.deliver(Broken(kind="fake.message", channel=stage.channel.name, reason="shape", raw=f'{{"x": "{CANARY}"}}'))


def looked_after(stage: Stage) -> None:
    store = QuarantineTable(stage.client)
    [entry] = store.entries(f"{stage.clock.now():%Y-%m}")
    assert CANARY.encode() in (store.read_body(entry) or b"")
    DiscardWhole(store, stage.clock)(entry.name, AGENT)
    assert not store.read_body(entry)


def taken_back(stage: Stage) -> None:
    stage.deliver(stage.message(f"{CANARY} hello", mid="X", raw=f'{{"odd": "{CANARY}"}}'))
    edit = Attachment(kind="edit_of", reference="X")
    stage.deliver(stage.message(f"{CANARY} edited", mid="X:1", role=MessageRole.CHANGE, attachments=(edit,)))
    unsend = Attachment(kind="unsend_of", reference="X")
    stage.deliver(stage.message("", mid="X:u", role=MessageRole.CHANGE, attachments=(unsend,)))


def nothing_left_of_it(stage: Stage) -> None:
    for _ in range(3):
        minute(stage)
    stage.rest()
    assert CANARY not in str([each for each in stage.stored() if each["sk"].startswith("M#")])


def lent(stage: Stage) -> None:
    stage.write(f"{CANARY} hello", mid="m1")
    stage.deliver(Broken(kind="fake.message", channel=stage.channel.name, reason="shape", raw=f'"{CANARY}"'))
    stage.work()


def given_back_in_time(stage: Stage) -> None:
    stage.pass_by(hours=46, minutes=1)
    stage.rest()
    minute(stage)
    assert CANARY not in str(stage.stored())
    store = QuarantineTable(stage.client)
    [entry] = store.entries("2026-11")
    assert not store.read_body(entry)


def lending(dynamodb: Any, table: str) -> Stage:
    return Stage(dynamodb, table, replace(KEYED, keeps_words=timedelta(hours=46)))


def by_post(dynamodb: Any, table: str) -> Stage:
    """A chat, and a mail account of the same brand, while the shop is closed."""
    stage = Stage(dynamodb, table, READABLE, CLOSED)
    stage.channels[MAIL] = replace(KEYED, name=MAIL, reply_window=None)
    stage.accounts[MAIL, BOX] = replace(stage.account, channel=MAIL, account_id=BOX)
    stage.build(Faults())
    return stage


def chosen(stage: Stage) -> None:
    """One contact wants to write a mail, and has; another one has given an address."""
    stage.write("Hello")
    stage.pass_by(seconds=2)
    stage.write(choice=payload(Choice.EMAIL_US))
    stage.work()
    stage.deliver(mail(stage, "1", Reference(kind=ReferenceKind.CODE, value=stage.conversation().reference or "")))
    stage.write("Hello", by="9")
    stage.pass_by(seconds=2)
    stage.write(choice=payload(Choice.EMAIL_US), by="9")
    stage.write("Hello", by="8")
    stage.pass_by(seconds=2)
    stage.write(choice=payload(Choice.EMAIL_ME), by="8")
    stage.pass_by(seconds=2)
    stage.write("bea@b.example", by="8")
    stage.work()


def mail(stage: Stage, number: str, *belongs: Reference, sender: str = ANA) -> Message:
    return Message(
        kind="mail.message",
        channel=MAIL,
        account_id=BOX,
        contact=Contact(contact_id=sender, address=sender),
        message_id=f"{number}@b.example",
        sent_at=stage.clock.now(),
        text="About my order",
        belongs=belongs,
    )


def goes_on_in_the_chat(stage: Stage) -> None:
    """By the code, by the join that the first mail made, and by the address that was given."""
    code = Reference(kind=ReferenceKind.CODE, value=stage.conversation().reference or "")
    stage.pass_by(minutes=1)
    last = stage.conversation().last_seq
    stage.deliver(mail(stage, "2"))
    stage.deliver(mail(stage, "3", code, sender="eva@b.example"))
    assert stage.conversation().last_seq == last + 2
    assert [join.pk for join in stage.truth.read_conversation(conversation_pk(MAIL, BOX, ANA)).joins] == [stage.pk()]
    given = Reference(kind=ReferenceKind.GIVEN_EMAIL, value="bea@b.example")
    before = stage.conversation("8").last_seq
    stage.deliver(mail(stage, "4", given, sender="bea@b.example"))
    assert stage.conversation("8").last_seq == before + 1
    # A further join beside the one that is there.
    other = Reference(kind=ReferenceKind.CODE, value=stage.conversation("9").reference or "")
    stage.pass_by(minutes=1)
    stage.deliver(mail(stage, "5", other))
    assert [join.pk for join in stage.truth.read_conversation(conversation_pk(MAIL, BOX, ANA)).joins][-1] == stage.pk(
        "9"
    )
    stage.rest()


def forgotten(stage: Stage) -> None:
    stage.deliver(stage.message(f"{CANARY} hello", mid="m1"))
    stage.rest()
    discard = DiscardBeside(DiscardWhole(QuarantineTable(stage.client), stage.clock), {})
    Forget(store=ForgettingTable(stage.client), discard=discard, clock=stage.clock)([stage.pk()], AGENT)


def stays_forgotten(stage: Stage) -> None:
    stage.deliver(stage.message(f"{CANARY} hello", mid="m1"))
    assert CANARY not in str(stage.stored())
    stage.pass_by(minutes=1)
    stage.write("Somebody new", mid="m2")
    stage.rest()
    assert stage.conversation().last_seq == 2
    assert stage.last_word() == "acknowledged"


EVERY: dict[str, Scene] = {
    "unsent": Scene(begin=written, end=acknowledged_once),
    "without_hint": Scene(begin=written_without_hint, end=acknowledged_once),
    "sending": Scene(begin=dead_while_sending, end=read_back),
    "untold": Scene(begin=untold, end=acknowledged_once),
    "answered": Scene(begin=answered, end=answer_leaves_once),
    "answered_before": Scene(begin=answered_before, end=answered_again),
    "held": Scene(begin=held, end=closed_by_its_holder),
    "snoozed": Scene(begin=snoozed, end=woken_by_the_contact),
    "promised": Scene(begin=promised, end=told_that_it_takes_longer),
    "spilled": Scene(begin=spilled, end=stored_once),
    "quarantined": Scene(begin=unread, end=looked_after),
    "taken_back": Scene(begin=taken_back, end=nothing_left_of_it),
    "lent": Scene(begin=lent, end=given_back_in_time, make=lending),
    "by_post": Scene(begin=chosen, end=goes_on_in_the_chat, make=by_post),
    "forgotten": Scene(begin=forgotten, end=stays_forgotten),
}
