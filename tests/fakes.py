"""Worlds small enough to see whole: each fake keeps to the protocol it stands for."""
# ruff: noqa: ARG002 - a protocol names its arguments, and a fake need not look at all of them

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from jsonschema import Draft202012Validator

from nightbell.adapters import hand_off_schema
from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError, NotUnderstoodError, UnavailableError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    NoAnswer,
    NotSent,
    OutboundText,
    Proof,
    ReadBack,
    RecoveryClass,
    Reply,
    SecretNames,
    TagPlace,
    TextForm,
    Verdict,
    VerdictKind,
)

SCHEMA = Draft202012Validator(json.loads(Path(hand_off_schema.FILE).read_bytes()))


class FakeSecrets:
    """Every secret is there until it is taken away."""

    def __init__(self, token: str | None = "a token of the account") -> None:
        self.token = token

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        if name.startswith("access_token/"):
            if self.token is None:
                raise MisconfiguredError(f"{platform}/{name} was never set")
            return (self.token,)
        return ("a secret of twenty-four characters",)


class FakeHints:
    """AckQueue as a list."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, str]] = []

    def hint(self, pk: str, sk: str) -> None:
        self.waiting.append((pk, sk))


class FakeHumanQueue:
    """HumanQueue as a list that takes only what its schema allows."""

    def __init__(self) -> None:
        self.messages: list[dict[str, object]] = []

    def send(self, message: Mapping[str, object]) -> None:
        SCHEMA.validate(dict(message))
        self.messages.append(dict(message))

    def last_word(self, pk: str) -> dict[str, object] | None:
        """Return what a reader keeps: the highest revision; of equal ones, the one that came last."""
        own = [message for message in self.messages if message["conversation_id"] == pk]
        return max(reversed(own), key=lambda message: int(str(message["revision"])), default=None)


class FakeSpillQueue:
    """SpillQueue as a list."""

    def __init__(self) -> None:
        self.parts: list[dict[str, object]] = []

    def send(self, parts: Iterable[Mapping[str, object]]) -> None:
        self.parts += [dict(part) for part in parts]


class FakePlatform:
    """A platform whose deliveries name events that were made before."""

    name = "fake"
    max_body = 10_000_000
    needed: Sequence[str] = ()
    optional: Sequence[str] = ()
    signed_headers: Sequence[str] = ()
    parse_headers: Collection[str] = ()
    proves: frozenset[Proof] = frozenset()
    min_secret = 24
    batches = True
    greets = False

    def __init__(self) -> None:
        self.events: dict[bytes, list[Event]] = {}

    def holding(self, events: Iterable[Event], received_at: datetime) -> Delivery:
        """Wrap events into a delivery."""
        body = f"delivery {len(self.events)}".encode()
        self.events[body] = list(events)
        return Delivery(
            platform=self.name, path="", method="POST", headers={}, query={}, body=body, received_at=received_at
        )

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        return path == ""

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:
        return SecretNames(needed=self.needed, optional=self.optional)

    def secrets_of(self, account: Account) -> SecretNames:
        return SecretNames(needed=self.needed, optional=self.optional)

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:
        return None

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Believe everything."""

    def parse(self, delivery: Delivery) -> list[Event]:
        if delivery.body not in self.events:
            raise NotUnderstoodError("not one of ours")
        return self.events[delivery.body]

    def reply(self, delivery: Delivery) -> Reply:
        return Reply()


@dataclass(kw_only=True)
class FakeChannel:
    """A channel of any class; its API answers with the verdict itself."""

    name: str
    recovery: RecoveryClass
    can_read_back: bool = False
    platform: str = "fake"
    settle: timedelta = timedelta(seconds=90)
    send_timeout_s: float = 8.0
    retry_window: timedelta = timedelta(hours=1)
    reply_window: timedelta | None = timedelta(hours=24)
    person_window: timedelta | None = None
    is_public: bool = False
    private_reply: str | None = None
    private_channel: str | None = None
    tag_in: TagPlace = TagPlace.BODY
    speaks: bool = True
    automatic: bool = True
    keeps_words: timedelta | None = None
    acks_within: timedelta = timedelta(minutes=10)
    form: TextForm = field(
        default=TextForm(unit="characters", max_text=2000, max_text_with_choices=2000, max_choices=13, max_title=20)
    )

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        body: dict[str, object] = {"to": outbound.address, "text": outbound.text, "tag": outbound.tag}
        body["about"] = dict(outbound.about)
        if outbound.by_person:
            body["by_person"] = "outside" if outbound.outside_window else "inside"
        return HttpRequest(method="POST", url=f"{access.base_url}/send", headers={"token": access.token}, json=body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        match outcome:
            case NotSent():
                return Verdict(kind=VerdictKind.NOT_SENT)
            case NoAnswer():
                return Verdict(kind=VerdictKind.UNKNOWN)
            case Answer():
                said = json.loads(outcome.body)
                wait = said.get("retry_after_s")
                return Verdict(
                    kind=VerdictKind(said["verdict"]),
                    message_id=said.get("id"),
                    reason=said.get("reason", ""),
                    opted_out=said.get("opted_out", False),
                    of_contact=said.get("of_contact", False),
                    usage=said.get("usage", 0),
                    retry_after=None if wait is None else timedelta(seconds=wait),
                )

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        if not self.can_read_back:
            raise NotImplementedError
        return HttpRequest(method="GET", url=f"{access.base_url}/{account_id}/{address}")

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        if not isinstance(outcome, Answer):
            return ReadBack.UNREADABLE
        return ReadBack.FOUND if text in json.loads(outcome.body)["texts"] else ReadBack.ABSENT


KEYED = FakeChannel(name="keyed", recovery=RecoveryClass.KEYED)
READABLE = FakeChannel(name="readable", recovery=RecoveryClass.ECHOED, can_read_back=True)
ECHOING = FakeChannel(name="echoing", recovery=RecoveryClass.ECHOED)
BARE = FakeChannel(name="bare", recovery=RecoveryClass.NONE)


def says(verdict: VerdictKind, **more: object) -> Answer:
    """Make the API's answer."""
    return Answer(status=200, headers={}, body=json.dumps({"verdict": verdict, **more}).encode())


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What the platform does with one send: whether the contact sees it, and what we are told."""

    executed: bool
    outcome: HttpOutcome


WELL = Behaviour(executed=True, outcome=says(VerdictKind.SENT, id="platform-id"))
LOST_SENT = Behaviour(executed=True, outcome=NoAnswer(error="timeout"))
LOST_UNSENT = Behaviour(executed=False, outcome=NoAnswer(error="reset"))


class FakePlatformApi:
    """The platform's API: what each contact sees, and every request that came.

    Attributes:
        next: What the next sends come to; afterwards all goes well.
        on_executed: Called with the tag while the caller still waits for the answer.
        readable: Whether conversations can be read back.
    """

    def __init__(self, *, keyed: bool = False) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.tokens: list[str] = []
        self.bodies: list[dict[str, object]] = []
        self.next: list[Behaviour] = []
        self.on_executed: Callable[[str], object] = lambda _: None
        self.readable = True
        self.reads = 0
        self._keyed = keyed

    def send(self, request: HttpRequest) -> HttpOutcome:
        if request.method == "GET":
            return self._read(request)
        assert isinstance(request.json, dict)
        self.tokens.append(request.headers["token"])
        self.bodies.append(request.json)
        behaviour = self.next.pop(0) if self.next else WELL
        seen = (request.json["to"], request.json["text"], request.json["tag"])
        if behaviour.executed and not (self._keyed and seen[2] in {tag for _, _, tag in self.seen}):
            self.seen.append(seen)
            self.on_executed(seen[2])
        return behaviour.outcome

    def _read(self, request: HttpRequest) -> HttpOutcome:
        self.reads += 1
        if not self.readable:
            return NoAnswer(error="timeout")
        contact = request.url.rpartition("/")[2]
        texts = [text for to, text, _ in self.seen if to == contact]
        return Answer(status=200, headers={}, body=json.dumps({"texts": texts}).encode())


class NoSpillQueue:
    """Cannot be reached either, so that what the table does not take is answered with 503."""

    def send(self, parts: Iterable[Mapping[str, object]]) -> None:
        del parts
        raise UnavailableError("no queue")
