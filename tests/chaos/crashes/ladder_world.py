"""A comment on a public channel: a question, the line below it, which only looking can prove, and one private reply.

It is the world of ``world.py`` with two senders: what is said is told apart by the step it is, and what must
hold at rest holds for each step.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

from nightbell.adapters.table_items import conversation_from, unit_from, values
from nightbell.domain.keys import META, conversation_pk
from nightbell.domain.told import STATE_WORDS as WORDS
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import ApiAccess, HttpRequest, OutboundText, VerdictKind
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.store_messages import StoreMessages
from tests.chaos.crashes import programs
from tests.chaos.crashes.explorer import Explorer
from tests.chaos.crashes.programs import Processes
from tests.chaos.crashes.scenario import ACCOUNT, CHANNELS, CONTACT, Name, ReadableChannel, Scenario
from tests.chaos.crashes.world import Outcome, Start, World, Worlds
from tests.fakes import says
from tests.ladder import PRIVATE, PUBLIC, RECIPIENT, REPLY, FakeReply, MayAnswer

S = UnitState
CLASS = "P"
"""Of a public channel, beside those of ``scenario.py``."""
SENT, UNSENT = {S.SENT, S.CONFIRMED}, {S.REFUSED, S.SUPPRESSED, S.UNDELIVERED}
TO_REPLY = "privately "
ABOUT = "about "
Wire = tuple[tuple[str, str], ...]
Sent = Mapping[str, str]


class Comments(ReadableChannel):
    """The comments themselves; a line carries no tag that would ever come back."""

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        request = super().send_request(outbound, access)
        assert isinstance(request.json, dict)
        return HttpRequest(method="POST", url=request.url, json={**request.json, "step": "line"})


class OneReply(FakeReply):
    """The private reply."""

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        request = super().send_request(outbound, access)
        assert isinstance(request.json, dict)
        return HttpRequest(method="POST", url=request.url, json={**request.json, "step": "reply"})


class Asked(MayAnswer):
    """The question before a line."""

    def question_request(self, address: str, access: ApiAccess) -> HttpRequest:
        return HttpRequest(method="GET", url=f"{access.base_url}/{ABOUT}{address}")


LINE_SENDER = Comments(
    name=PUBLIC.name,
    recovery=PUBLIC.recovery,
    can_read_back=True,
    reply_window=None,
    is_public=True,
    private_reply=REPLY.name,
    private_channel=PRIVATE.name,
)
REPLY_SENDER = OneReply(name=REPLY.name, recovery=REPLY.recovery, reply_window=REPLY.reply_window)
CHANNELS[CLASS] = LINE_SENDER


class Said(NamedTuple):
    """What a contact was shown by one step."""

    text: str
    tag: str


class LadderProcesses(Processes):
    """The services with both senders."""

    def __init__(self) -> None:
        senders = {LINE_SENDER.name: LINE_SENDER, REPLY_SENDER.name: REPLY_SENDER}
        with patch.multiple(
            programs,
            StoreMessages=partial(StoreMessages, senders=senders),
            Acknowledge=partial(Acknowledge, senders=senders, questions={LINE_SENDER.name: Asked()}),
        ):
            super().__init__(LINE_SENDER)


class LadderWorlds(Worlds):
    """What is outside, for two senders."""

    def __init__(self, processes: Processes) -> None:
        super().__init__(CLASS, processes)
        self._replied = self._says("replied", says(VerdictKind.SENT, id="reply-id", recipient=RECIPIENT))
        self._replied_before = self._says("replied before", says(VerdictKind.SENT))
        self._slow = self._says("slow", says(VerdictKind.NOT_SENT, retry_after_s=30))

    def said(self, world: World, *, reply: bool) -> list[Said]:
        return [Said(text, tag) for to, text, tag, _ in world.visible if to.startswith(TO_REPLY) == reply]

    def _deliver(
        self,
        world: World,
        sent: Sent,
        *,
        fails: bool = False,  # noqa: ARG002 - as it is there
        echo: bool = True,
    ) -> tuple[World, tuple[Start, ...]]:
        """The platform carries out a step: every line that it is told to, and one reply; the echo names the reply."""
        is_reply = sent["step"] == "reply"
        # Each unit answers a comment of its own, and the platform takes one reply to each.
        to = f"{TO_REPLY}{sent['tag'].split('.')[2]}" if is_reply else sent["to"]
        if is_reply and any(seen[0] == to for seen in world.visible):
            return world, ()
        seen = (to, sent["text"], sent["tag"], world.now)
        after = world._replace(visible=tuple(sorted((*world.visible, seen))))
        if not is_reply or not echo:
            return after, ()
        event: Name = ("settle", CONTACT, sent["tag"], "seen")
        return after._replace(unanswered=after.unanswered | {event}), (("receive", (event,)),)

    def _send(self, number: int, _: int, request: Wire) -> Iterator[Outcome]:
        world, sent = self.worlds[number], dict(request)
        done, starts = self._deliver(world, sent)
        silent = self.worlds(self._deliver(world, sent, echo=False)[0])
        answer = self._sent
        if sent["step"] == "reply":
            answer = self._replied if done != world else self._replied_before
        well = self.worlds(done)
        landing = self.processes.op("landing", (tuple(sorted(sent.items())), world.now))
        yield Outcome(0, well, answer, starts)
        yield Outcome(1, number, self._unsent, (), "not sent")
        yield Outcome(1, number, self._slow, (), "told to wait")
        yield Outcome(1, number, self._lost, (), "lost, not sent")
        yield Outcome(1, well, self._lost, starts, "sent, the answer lost")
        yield Outcome(1, number, self._lost, (("late", (landing,)),), "no answer, sent later")
        if silent != well:
            yield Outcome(1, silent, answer, (), "sent, no echo ever")
        if sent["step"] == "line" or done != world:
            yield Outcome(1, number, self._refused, (), "refused")

    def _read_back(self, number: int, _: int, contact: str) -> Iterator[Outcome]:
        """Read what stands below the comment, or answer whether anything may be said there."""
        if contact.startswith(ABOUT):
            yield Outcome(0, number, self._sent)
            yield Outcome(1, number, self._refused, (), "asked, and no")
            yield Outcome(1, number, self._unsent, (), "not asked")
            yield Outcome(1, number, self._lost, (), "asked, no answer")
            return
        texts = {text for to, text, _, _ in self.worlds[number].visible if to == contact}
        yield Outcome(0, number, self._page(texts, set()))
        yield Outcome(1, number, self._lost, (), "unreadable")

    def word(self, message: Mapping[str, Any]) -> str:
        """Take out what is said of both steps."""
        return _words(message["acknowledgement"]["state"], (message["public_line"] or {}).get("state"))


def _words(state: str, line: str | None) -> str:
    return json.dumps({"step": state, "line": line}, sort_keys=True)


class LadderExplorer(Explorer):
    """One scenario on a public channel."""

    def __init__(self, scenario: Scenario) -> None:
        self.ladder = LadderWorlds(LadderProcesses())
        super().__init__(scenario, CLASS, worlds=self.ladder)

    def promises(self, world: World) -> set[str]:
        """Judge by what must hold of a ladder."""
        return broken_at_rest(self.ladder, world)


def broken_at_rest(worlds: LadderWorlds, world: World) -> set[str]:
    """Name every promise that is broken once nothing can happen any more."""
    stored = worlds.stored(world)
    pk = conversation_pk(LINE_SENDER.name, ACCOUNT, CONTACT)
    bad = set(world.bad)
    if (pk, META) not in stored:
        return bad | ({"LOST"} if "NEVER COMES TO REST" not in bad else set())
    meta = values(stored[pk, META])
    units = [unit_from(item) for (of, sk), item in stored.items() if of == pk and sk.startswith("A#")]
    sends = [unit for unit in units if unit.kind.sends]
    lines, replies = worlds.said(world, reply=False), worlds.said(world, reply=True)
    joined = conversation_from(stored.get((conversation_pk(PRIVATE.name, ACCOUNT, RECIPIENT), META))).joins
    checks: dict[str, Callable[[], object]] = {
        "NEVER SEEN": lambda: meta.get("seen_seq", 0) != meta["last_seq"],
        "UNFINISHED": lambda: [u for u in units if not u.state.is_final or u.due_at is not None],
        "STEPS ARE LEFT": lambda: [u for u in units if u.ladder and u.state is not S.SUPPRESSED],
        "THE LINE SAID TWICE": lambda: len(lines) > 1,
        "LED ELSEWHERE": lambda: [join for join in joined if join.pk != pk],
        "THE LAST WORD IS NOT TRUE": lambda: (
            units and not _are_true({word for of, _, word in world.told if of == pk}, _truths(meta, units))
        ),
    }
    bad |= {name for name, is_broken in checks.items() if is_broken()}
    return bad.union(*(_broken_unit(unit, lines, replies) for unit in sends))


def _broken_unit(unit: Unit, lines: list[Said], replies: list[Said]) -> set[str]:
    line = next((said for said in lines if said.tag.startswith(f"nightbell.1.{unit.seq}.")), None)
    reply = next((said for said in replies if said.tag.startswith(f"nightbell.1.{unit.seq}.")), None)
    line_state = unit.line_state(unit.state)
    state = None if unit.is_in_public else unit.state
    return {
        *_broken_step("LINE", line_state, line, unit.text if unit.is_in_public else unit.public_text),
        *_broken_step("REPLY", state, reply, unit.text),
        *(["THE LINE WENT OUT AS THE REPLY"] if reply and line and reply.text == line.text else []),
        *(["BOTH STEPS UNDER ONE KEY"] if reply and line and reply.tag == line.tag else []),
    }


def _broken_step(name: str, state: UnitState | None, said: Said | None, text: str) -> list[str]:
    checks = {
        f"{name} NOT SAID, AND NOBODY TOLD": state in SENT and said is None,
        f"{name} SAID, AND SAID NOT TO BE": said is not None and (state is None or state in UNSENT),
        f"{name} SAID IN OTHER WORDS THAN ARE WRITTEN DOWN": said is not None and said.text != text,
    }
    return [what for what, is_broken in checks.items() if is_broken]


def _are_true(words: set[str], truths: set[str]) -> bool:
    return bool(words) and words <= truths


def _truths(meta: Mapping[str, Any], units: list[Unit]) -> set[str]:
    """List what the newest hand-off may say: of what the contact was sent last in this episode, and of the line.

    Where the line is another unit's, it may also say nothing of it.
    """
    numbers = {unit.seq: unit for unit in units}
    subject, lined = numbers[meta.get("ack_seq") or meta["unit_seq"]], numbers.get(meta.get("lined", 0))
    line = lined.line_state(lined.state) if lined else None
    said = _words(WORDS[subject.state], WORDS[line] if line else None)
    return {said} if lined in {None, subject} else {said, _words(WORDS[subject.state], None)}


def explorer_of(scenario: Scenario, recovery: str) -> Explorer:
    """Make the explorer of a class."""
    return LadderExplorer(scenario) if recovery == CLASS else Explorer(scenario, recovery)
