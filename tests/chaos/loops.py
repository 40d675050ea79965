"""Machines that answer machines: at most three acknowledgements, then silence and a person (goal G12)."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import Event, delivery_body, messenger_echo
from infra.local.platforms.meta.people import MESSENGER, Contact
from nightbell.adapters.table_items import conversation_from
from nightbell.domain.keys import META
from nightbell.domain.suppression import is_looping
from tests.chaos.part import Part, Report, Run
from tests.chaos.town.backends import in_memory
from tests.chaos.town.platform import ACCOUNTS, pk_of, somebody
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
    """

    name: str
    every_s: float
    turn: Callable[[Town, Contact, int], None]
    trips: bool = False


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


POLITE = _says(lambda number: f"Thank you for your message. This is an automatic reply ({number}).")
MACHINES = (
    Machine(name="a ping-pong bot", every_s=2, turn=POLITE, trips=True),
    Machine(name="a slow bot", every_s=40, turn=POLITE),
    Machine(name="a bot that opts out and in", every_s=7, turn=_says(lambda n: ("stop", "start")[n % 2]), trips=True),
    Machine(name="our own echoes without tag", every_s=5, turn=_echo(OWN_APP, "Thanks for writing.")),
    Machine(name="a second responder", every_s=5, turn=_both(POLITE, _echo(OTHER_APP, "Hi, I am another bot."))),
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
    contacts = {machine.name: somebody(number) for number, machine in enumerate(MACHINES)}
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
    judged = here.judge()
    violations = list(judged.problems)
    acks: dict[str, int] = {}
    for machine in MACHINES:
        pk = pk_of(contacts[machine.name])
        acks[machine.name] = sum(seen == pk for seen, _ in here.platform.sees())
        if acks[machine.name] > MOST_ACKS:
            violations.append(f"duplicated: {machine.name} got {acks[machine.name]} acknowledgements")
        metas = [item for item in here.backend.items() if (item["pk"]["S"], item["sk"]["S"]) == (pk, META)]
        if machine.trips and not all(is_looping(conversation_from(meta)) for meta in metas):
            violations.append(f"unexpected: {machine.name} was not held as a loop")
        told = any(pk in body for body in here.hand_offs)
        if not told and any(pk == each for each in _waiting(here)):
            violations.append(f"lost: no person was told of {machine.name}")
    return violations, acks


def _waiting(here: Town) -> set[str]:
    return {item["pk"]["S"] for item in here.backend.items() if "waiting_pk" in item}


PART = Part(
    name="loops",
    promise="Whatever answers automatically gets three acknowledgements at most, and then a person",
    minutes=1.0,
    prove=prove,
)
