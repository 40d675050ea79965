"""Machines that answer machines: at most three acknowledgements, then silence and a person (goal G12)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import Event, delivery_body, messenger_echo
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    PRIVATE_CHANNELS,
    Contact,
)
from infra.local.platforms.meta.reports import own_comment
from infra.local.platforms.meta.wall import Comment
from nightbell.adapters.table_items import conversation_from
from nightbell.domain.keys import META
from nightbell.domain.suppression import is_looping
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.accounts import ACCOUNTS, OWN_LOGIN, somebody
from tests.chaos.town.backends import in_memory
from tests.chaos.town.history import channel_of, contact_of
from tests.chaos.town.town import OPEN, Town, town
from tests.contract.fake_clock import FakeClock

TURNS, SHORT_TURNS = 1_000, 60
MOST_ACKS = 3
OWN_APP = "420420420420420"
OTHER_APP = "990000000000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One that never tires.

    Attributes:
        every_s: Between its turns.
        turn: What it does, given the number of the turn.
        trips: Whether the loop breaker must have been what stopped it.
        most: How many acknowledgements it may get in private; in public it is never more than one line.
        own_id: What it goes by, where that is an account of ours.
    """

    name: str
    every_s: float
    turn: Callable[[Town, Contact, int], None]
    trips: bool = False
    channel: str = MESSENGER
    most: int = MOST_ACKS
    own_id: str = ""

    def contact(self, number: int) -> Contact:
        """Name it; a number that divides by four is on the account of the shipped settings."""
        found = somebody(4 * number, self.channel)
        return replace(found, contact_id=self.own_id or found.contact_id)


def _says(text: Callable[[int], str]) -> Callable[[Town, Contact, int], None]:
    def turn(here: Town, contact: Contact, number: int) -> None:
        here.platform.write((contact, Writing(text=text(number), message_id=f"m_{contact.contact_id}_{number}")))

    return turn


def _echo(app_id: str, text: str) -> Callable[[Town, Contact, int], None]:
    def turn(here: Town, contact: Contact, number: int) -> None:
        now = here.clock.now()
        mid = f"m_echo_{contact.contact_id}_{number}"
        event: Event = messenger_echo(contact, now, {"mid": mid, "app_id": int(app_id), "text": text})
        here.platform.post.post(here.platform.meta.sign("echo", delivery_body(ACCOUNTS[MESSENGER], [event], now)))

    return turn


def _both(*turns: Callable[[Town, Contact, int], None]) -> Callable[[Town, Contact, int], None]:
    def turn(here: Town, contact: Contact, number: int) -> None:
        for each in turns:
            each(here, contact, number)

    return turn


def _comments(*, by_page: bool = False) -> Callable[[Town, Contact, int], None]:
    """Comment below the newest post, and from then on below whatever is said to it there."""

    def turn(here: Town, contact: Contact, number: int) -> None:
        ours = _lines(here, contact)
        about = ours[-1].comment_id if ours and number % 2 else ""
        text = f"Thank you for your comment! This is an automatic answer ({number})."
        here.platform.write((contact, Writing(text=text, about=about, by_page=by_page)))

    return turn


def _comes_back(here: Town, contact: Contact, number: int) -> None:
    """Let a person comment once; then our own line below it is reported again and again, each time as a new one."""
    if number == 0:
        here.platform.write((contact, Writing(text="How much is an ensaimada?")))
        return
    ours, account = _lines(here, contact), ACCOUNTS[contact.channel]
    if not ours:
        return
    told = replace(ours[0], comment_id=f"{ours[0].comment_id}{number}" if number % 2 else ours[0].comment_id)
    body = delivery_body(account, [own_comment(told)], here.clock.now())
    here.platform.post.post(here.platform.meta.sign("own line", body))


def _lines(here: Town, contact: Contact) -> list[Comment]:
    """List what we said in public on the account that somebody comments on."""
    comments = here.platform.meta.world.wall.comments.values()
    return [each for each in comments if each.author is None and each.post.account.key == contact.key[:2]]


POLITE = _says(lambda number: f"Thank you for your message. This is an automatic reply ({number}).")
MACHINES = (
    Machine(name="a ping-pong bot", every_s=2, turn=POLITE, trips=True),
    Machine(name="a slow bot", every_s=40, turn=POLITE),
    Machine(name="a bot that opts out and in", every_s=7, turn=_says(lambda n: ("stop", "start")[n % 2]), trips=True),
    Machine(name="our own echoes without tag", every_s=5, turn=_echo(OWN_APP, "Thanks for writing.")),
    Machine(name="a second responder", every_s=5, turn=_both(POLITE, _echo(OTHER_APP, "Hi, I am another bot."))),
    Machine(name="an Instagram bot", every_s=2, turn=POLITE, trips=True, channel=INSTAGRAM_DIRECT),
    Machine(
        name="another Page", every_s=2, turn=_comments(by_page=True), trips=True, channel=FACEBOOK_COMMENTS, most=0
    ),
    Machine(name="a bot below a post", every_s=20, turn=_comments(), channel=FACEBOOK_COMMENTS),
    Machine(name="a bot on Instagram", every_s=2, turn=_comments(), trips=True, channel=INSTAGRAM_COMMENTS),
    Machine(
        name="our other account", every_s=5, turn=_comments(), channel=INSTAGRAM_COMMENTS, most=0, own_id=OWN_LOGIN
    ),
    Machine(name="our own line, reported again", every_s=3, turn=_comes_back, channel=FACEBOOK_COMMENTS, most=1),
    Machine(name="our own answer, reported again", every_s=3, turn=_comes_back, channel=INSTAGRAM_COMMENTS, most=1),
)


def prove(run: Run) -> Report:
    turns = SHORT_TURNS if run.short else TURNS
    clock = FakeClock(OPEN)
    with town(in_memory(clock), clock, run.seed) as here:
        contacts = play(here, turns, run.progress)
        violations, acks = judge(here, contacts)
    figures = {"turns of each machine": turns} | {f"acks to {name}": count for name, count in acks.items()}
    return Report(
        violations=tuple(f"{each}; seed {run.seed}" for each in violations),
        figures=figures,
        bound=f"{len(MACHINES)} kinds of machine for {turns} turns each; nobody at the desk.",
    )


def play(here: Town, turns: int, progress: Callable[[float, str], None]) -> dict[str, Contact]:
    """Let every machine take its turns, each as a contact of its own."""
    here.begin(poll_every_s=1)
    contacts = {machine.name: machine.contact(number) for number, machine in enumerate(MACHINES)}
    for machine in MACHINES:
        for number in range(turns):
            contact = contacts[machine.name]
            here.agenda.after(number * machine.every_s, lambda m=machine, c=contact, n=number: m.turn(here, c, n))  # type: ignore[misc]
    for step in range(10):
        progress(step / 10, "machines answer each other")
        here.pass_by(seconds=max(machine.every_s for machine in MACHINES) * turns / 10)
    here.rest(hours=2)
    return contacts


def judge(here: Town, contacts: dict[str, Contact]) -> tuple[list[str], dict[str, int]]:
    violations = list(here.judge().problems)
    acks: dict[str, int] = {}
    seen, told = list(here.platform.sees()), {each.content["conversation_id"] for each in here.told}
    metas = {item["pk"]["S"]: item for item in here.backend.items() if item["sk"]["S"] == META and "last_seq" in item}
    for machine in MACHINES:
        own = {pk: meta for pk, meta in metas.items() if _is_of(pk, contacts[machine.name])}
        acks[machine.name] = sum(each.pk in own and not each.place for each in seen)
        if acks[machine.name] > machine.most:
            violations.append(f"duplicated: {machine.name} got {acks[machine.name]} acknowledgements")
        if not machine.most and any(each.pk in own for each in seen):
            violations.append(f"unexpected: {machine.name} was answered")
        if machine.trips and not all(is_looping(conversation_from(meta)) for meta in own.values()):
            violations.append(f"unexpected: {machine.name} was not held as a loop")
        violations += [
            f"lost: no person was told of {machine.name}"
            for pk, meta in own.items()
            if "waiting_pk" in meta and pk not in told
        ]
    return violations, acks


def _is_of(pk: str, contact: Contact) -> bool:
    channels = {contact.channel, PRIVATE_CHANNELS.get(contact.channel, contact.channel)}
    return channel_of(pk) in channels and contact_of(pk) == contact.contact_id


PART = Part(
    name="loops",
    promise="Whatever answers automatically gets three acknowledgements at most, and then a person",
    minutes=0.3,
    prove=prove,
)
