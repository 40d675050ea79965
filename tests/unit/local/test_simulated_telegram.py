"""The simulated Telegram, alone and against the real services that receive and answer."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.courier import Delivery as Sent
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.telegram.queues import is_accepted
from infra.local.platforms.telegram.simulator import SimulatedTelegram
from infra.local.platforms.vendor import Act, Contact, Surroundings
from infra.replay.dynamodb import MemoryDynamo
from nightbell.domain.business import Account
from nightbell.domain.errors import NightbellError
from nightbell.domain.events import Broken, Delivery, Event, Message, OptOut, OutsideAnswer
from nightbell.domain.keys import conversation_pk
from nightbell.platforms.channel import Answer, ApiAccess, Button, HttpRequest, OutboundText, Verdict, VerdictKind
from nightbell.platforms.refusals import WINDOW_OVER
from nightbell.platforms.telegram.channel import Telegram
from nightbell.platforms.telegram.platform import TelegramBots
from nightbell.services.receive_delivery import ReceiveDelivery
from nightbell.services.store_delivery import StoreDelivery
from nightbell.services.store_messages import StoreMessages
from tests.contract.world import World
from tests.fakes import READABLE, FakeHints, NoSpillQueue

BOT = "6200000017"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
SECRETS = {
    f"access_token/{BOT}": f"{BOT}:AAFakeFakeFakeFakeFakeFake",
    f"secret_token/{BOT}": "a-secret_of-32-characters-000000",
}


@pytest.fixture(scope="module")
def account() -> Account:
    return replace(World(MemoryDynamo(), "unused", READABLE).account, channel="telegram", account_id=BOT)


@pytest.fixture
def faults() -> FaultBox:
    return FaultBox()


@pytest.fixture
def telegram(account: Account, faults: FaultBox) -> Iterator[SimulatedTelegram]:
    around = Surroundings(accounts=(account,), secrets=SECRETS, clock=lambda: NOW, faults=faults)
    simulated = SimulatedTelegram(around)
    yield simulated
    simulated.stop()


def contact(telegram: SimulatedTelegram, contact_id: str = "7000000001") -> Contact:
    return telegram.contact({"channel": "telegram", "contact": contact_id, "name": "Ada Rossi"})


def parsed(sent: Sent) -> list[Event]:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    delivery = Delivery(
        platform="telegram", path=BOT, method="POST", headers=headers, query={}, body=sent.body, received_at=NOW
    )
    TelegramBots().verify(delivery, {f"secret_token/{BOT}": [SECRETS[f"secret_token/{BOT}"]]})
    return TelegramBots().parse(delivery)


def last(telegram: SimulatedTelegram) -> Event:
    (event,) = parsed(telegram.log[-1])
    return event


def call(telegram: SimulatedTelegram, request: HttpRequest) -> Answer:
    path = request.url.removeprefix("https://api").replace("{token}", request.url_token)
    body = json.dumps(request.json).encode()
    reply = telegram.answer(Request(method=request.method, path=path, body=body))
    return Answer(status=reply.status, headers={}, body=reply.body[: reply.keep_bytes])


def send(telegram: SimulatedTelegram, to: str = "7000000001", text: str = "We are open.", *buttons: Button) -> Verdict:
    access = ApiAccess(base_url="https://api", version="", token=SECRETS[f"access_token/{BOT}"])
    outbound = OutboundText(account_id=BOT, address=to, text=text, tag="t", buttons=buttons)
    return Telegram().verdict(call(telegram, Telegram().send_request(outbound, access)))


@pytest.mark.parametrize(
    "kind", ["text", "start", "image", "sticker", "audio", "document", "location", "own_number", "unsupported"]
)
def test_what_a_contact_sends_is_understood_as_theirs(telegram: SimulatedTelegram, kind: str) -> None:
    written = telegram.write(contact(telegram), Act(kind=kind, text="Hello"))
    event = last(telegram)
    assert isinstance(event, Message)
    assert (event.contact.contact_id, event.contact.name) == ("7000000001", "Ada Rossi")
    assert (event.message_id,) == written.message_ids
    assert [bubble.author for bubble in telegram.transcript(contact(telegram))] == ["contact"]


def test_an_unknown_act_is_refused_in_words(telegram: SimulatedTelegram) -> None:
    with pytest.raises(ValueError, match="location"):
        telegram.write(contact(telegram), Act(kind="fax"))


@pytest.mark.parametrize("contact_id", ["Ada", "-1001", "1" * 16, "a:b:1"])
def test_a_contact_is_known_by_digits(telegram: SimulatedTelegram, contact_id: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        contact(telegram, contact_id)


def test_our_answer_stands_on_the_screen_and_its_button_comes_back(telegram: SimulatedTelegram) -> None:
    ada = contact(telegram)
    telegram.write(ada, Act(text="Hello"))
    button = Button(title="Wait here", payload="nightbell.choice.here")
    verdict = send(telegram, "7000000001", "What now?", button)
    shown = telegram.transcript(ada)[-1]
    assert (verdict.kind, verdict.message_id, shown.text) == (VerdictKind.SENT, shown.message_id, "What now?")
    telegram.write(ada, Act(kind="tap", text=button.title, payload=button.payload, about=shown.message_id))
    tap = last(telegram)
    assert isinstance(tap, Message)
    assert (tap.kind, tap.choice, tap.text) == ("telegram.choice", button.payload, button.title)


@pytest.mark.parametrize(
    ("contact_id", "late"), [("7000000001", VerdictKind.SENT), ("bc-1:7000000001", VerdictKind.REFUSED)]
)
def test_only_a_business_accounts_chat_closes_after_a_day(
    account: Account, faults: FaultBox, contact_id: str, late: VerdictKind
) -> None:
    at = [NOW]
    around = Surroundings(accounts=(account,), secrets=SECRETS, clock=lambda: at[-1], faults=faults)
    telegram = SimulatedTelegram(around)
    try:
        telegram.write(contact(telegram, contact_id), Act(text="Hello"))
        at.append(NOW + timedelta(hours=23))
        assert send(telegram, contact_id).kind is VerdictKind.SENT
        at.append(NOW + timedelta(hours=24))
        verdict = send(telegram, contact_id)
        assert (verdict.kind, verdict.reason == WINDOW_OVER) == (late, late is VerdictKind.REFUSED)
    finally:
        telegram.stop()


def test_an_edit_names_what_it_edits(telegram: SimulatedTelegram) -> None:
    ada = contact(telegram)
    (first,) = telegram.write(ada, Act(text="Hello")).message_ids
    telegram.write(ada, Act(kind="edit", text="Hello!", about=first))
    edit = last(telegram)
    assert isinstance(edit, Message)
    assert (edit.kind, edit.attachments[-1].reference) == ("telegram.edit", first)


def test_in_a_business_chat_the_owner_answers_and_a_contact_deletes(telegram: SimulatedTelegram) -> None:
    ada, others = contact(telegram, "bc-local-1:7000000001"), telegram.others()
    (first,) = telegram.write(ada, Act(text="Hello")).message_ids
    asked = last(telegram)
    assert isinstance(asked, Message)
    assert asked.kind == "telegram.business_message"
    others["person"](ada, "I am on it", "")
    answer = last(telegram)
    assert isinstance(answer, OutsideAnswer)
    assert (answer.contact_ids, answer.text) == ((asked.contact.contact_id,), "I am on it")
    others["away"](ada, "Away", "")
    assert last(telegram).kind == "telegram.business_automatic"
    others["delete"](ada, "", first)
    assert last(telegram).kind == "telegram.deleted"
    assert send(telegram, "bc-local-1:7000000001").kind is VerdictKind.SENT
    assert send(telegram).kind is VerdictKind.REFUSED  # the same number's own chat with the bot is another


def test_nobody_but_the_bot_writes_in_its_own_chat(telegram: SimulatedTelegram) -> None:
    with pytest.raises(ValueError, match="connection"):
        telegram.others()["person"](contact(telegram), "I am on it", "")


def test_who_blocked_the_bot_gets_nothing_until_they_start_it_again(telegram: SimulatedTelegram) -> None:
    ada, others = contact(telegram), telegram.others()
    telegram.write(ada, Act(text="Hello"))
    for what, opted_out, kind in (("block", True, VerdictKind.REFUSED), ("unblock", False, VerdictKind.SENT)):
        others[what](ada, "", "")
        event, verdict = last(telegram), send(telegram)
        assert isinstance(event, OptOut)
        assert (event.opted_out, verdict.kind, verdict.opted_out) == (opted_out, kind, opted_out)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind=FaultKind.ERROR, code=400), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.ERROR, code=401), VerdictKind.TOKEN_DEAD),
        (Fault(kind=FaultKind.ERROR, code=403), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.ERROR, code=404), VerdictKind.TOKEN_DEAD),
        (Fault(kind=FaultKind.ERROR, code=429), VerdictKind.NOT_SENT),
        (Fault(kind=FaultKind.ERROR, code=400, name="migrate"), VerdictKind.REFUSED),
        (Fault(kind=FaultKind.OUTAGE), VerdictKind.UNKNOWN),
        (Fault(kind=FaultKind.EMPTY_ANSWER), VerdictKind.SENT),
        (Fault(kind=FaultKind.CUT_ANSWER), VerdictKind.SENT),
    ],
    ids=lambda value: f"{value.kind}-{value.code}-{value.name}" if isinstance(value, Fault) else str(value),
)
def test_each_documented_error_has_its_verdict(
    telegram: SimulatedTelegram, faults: FaultBox, fault: Fault, kind: VerdictKind
) -> None:
    ada = contact(telegram)
    telegram.write(ada, Act(text="Hello"))
    faults.add(fault)
    assert send(telegram).kind is kind
    assert len(telegram.transcript(ada)) == (2 if fault.delivers else 1)
    assert send(telegram).kind is VerdictKind.SENT


@pytest.mark.parametrize(
    ("text", "buttons"),
    [
        ("", ()),
        (" ", ()),
        ("x" * 4097, ()),
        ("🔔" * 2049, ()),
        ("x", (Button(title="T", payload="p" * 65),)),
        ("x", (Button(title="", payload="p"),)),
    ],
)
def test_what_telegram_refuses_is_refused_here(
    telegram: SimulatedTelegram, text: str, buttons: tuple[Button, ...]
) -> None:
    telegram.write(contact(telegram), Act(text="Hello"))
    assert send(telegram, "7000000001", text, *buttons).kind is VerdictKind.REFUSED
    assert send(telegram, "7000000001", "x" * 4096).kind is VerdictKind.SENT


def test_a_stranger_cannot_be_written_to(telegram: SimulatedTelegram) -> None:
    assert send(telegram, "999").kind is VerdictKind.REFUSED


@dataclass(slots=True)
class Receiver:
    """The real services behind an HTTP server, on a table in memory."""

    world: World
    receive: ReceiveDelivery
    refuse: Callable[[bytes], bool] = lambda _: False
    statuses: list[int] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        delivery = Delivery(
            platform="telegram",
            path=request.path.rpartition("/")[2],
            method=request.method,
            headers=request.headers,
            query={},
            body=request.body,
            received_at=NOW,
        )
        try:
            if self.refuse(request.body):
                return self._status(503)
            received = self.receive(delivery)
        except NightbellError as error:
            return self._status(error.status)
        self.statuses.append(received.status)
        return Reply(body=received.body.encode(), content_type=received.headers.get("content-type", ""))

    def stored(self) -> int:
        """Count what Ada has said."""
        return self.world.receipts.read_conversation(conversation_pk("telegram", BOT, "7000000001")).last_seq

    def _status(self, status: int) -> Reply:
        self.statuses.append(status)
        return Reply(status=status)


class OwnSecrets:
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        assert platform == "telegram"
        return (SECRETS[name],)


@pytest.fixture
def receiver(account: Account, telegram: SimulatedTelegram) -> Iterator[Receiver]:
    world = World(MemoryDynamo(), "conversations", READABLE)
    accounts: dict[tuple[str, str], Account] = {("telegram", BOT): account}
    platforms = {"telegram": TelegramBots()}
    store = StoreMessages(world.receipts, accounts, {"telegram": Telegram()})
    storing = StoreDelivery(platforms=platforms, store=world.receipts, store_messages=store, hints=FakeHints())
    receive = ReceiveDelivery(
        platforms=platforms,
        secrets=OwnSecrets(),
        store_delivery=storing,
        spill=NoSpillQueue(),
        accounts={"telegram": (account,)},
    )
    found = Receiver(world, receive)
    server = LoopbackServer(found.answer)
    telegram.courier.url = f"{server.url}/webhooks/telegram"
    yield found
    server.close()


def test_one_poisoned_update_never_blocks_the_next_49(telegram: SimulatedTelegram, receiver: Receiver) -> None:
    """Telegram sends the updates of a chat one after the other, and repeats the first until it is accepted."""
    ada = contact(telegram)
    poisoned = telegram.write(ada, Act(kind="poison"))
    written = [telegram.write(ada, Act(text=f"message {number}")) for number in range(49)]
    assert [attempt.status for attempt in poisoned.attempts] == [200]
    assert {attempt.status for each in written for attempt in each.attempts} == {200}
    assert receiver.statuses == [200] * 50
    assert isinstance(parsed(telegram.log[0])[0], Broken)
    assert receiver.stored() == 49


def test_an_update_that_is_refused_for_a_while_holds_up_the_chat_and_loses_nothing(
    telegram: SimulatedTelegram, receiver: Receiver
) -> None:
    """The simulation does block, so that the test above can fail."""
    receiver.refuse = lambda _: len(receiver.statuses) < 1
    ada, ben = contact(telegram), contact(telegram, "7000000002")
    assert [attempt.status for attempt in telegram.write(ada, Act(text="one")).attempts] == [503]
    assert telegram.write(ada, Act(text="two")).attempts == ()
    assert [attempt.status for attempt in telegram.write(ben, Act(text="elsewhere")).attempts] == [200]
    ends = time.monotonic() + 20
    while not all(is_accepted(sent) for sent in telegram.log) or len(telegram.log) < 3:
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert receiver.stored() == 2


def test_a_tap_is_answered_in_the_response(telegram: SimulatedTelegram, receiver: Receiver) -> None:
    telegram.write(contact(telegram), Act(kind="tap", payload="nightbell.choice.here"))
    assert receiver.statuses == [200]
    assert len(telegram.taps_answered) == 1


def test_a_redelivered_update_is_stored_once(telegram: SimulatedTelegram, receiver: Receiver) -> None:
    telegram.write(contact(telegram), Act(text="Hello"), copies=3)
    assert receiver.statuses == [200, 200, 200]
    assert receiver.stored() == 1
