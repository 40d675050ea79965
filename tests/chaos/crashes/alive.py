"""The part ``alive``: the explorer itself is tested, by what it must catch."""

from tests.chaos.crashes.explorer import Bound, Explorer, explore
from tests.chaos.crashes.scenario import Scenario
from tests.chaos.crashes.scenarios import EXPLORED, ONE, THREE, TWO
from tests.chaos.crashes.variants import RULES, Variant, arms
from tests.chaos.mutants.equivalent import GUARDED
from tests.chaos.part import Part, Report, Run

MOST_S = 60.0
SHORT = 6
"""Every which variant is tried within ``make test``."""

Place = tuple[str, str, Bound]
"""Scenario, class, and the faults and preemptions that it takes to see it."""

ONE_MESSAGE = "one message"
DESK = "one message, agent at the desk"
TWO_AT_DESK = "two messages, agent at the desk"
INBOX = "two messages, the first answered from the inbox"
WINDOW = "one message, and the reply window closes"
SEEN_STRANGE, FAILED_STRANGE = "one message, and a stranger's send seen", "one message, and a stranger's send failed"
TWINS = "two contacts whose codes are the same"
INBOX_AND_DESK = "two messages, answered from the inbox while an agent reads"
TWO_READERS = "a second message while two agents read"
JOINED = "two deliveries under two ids of one contact, joined at the same time"
JOINED_LATER = "a new id is joined after its first message"
LINKED = "a message says twice that it belongs elsewhere"
BACK, EDITED = "a message taken back", "a message edited and taken back"
ANSWERED = "one message, answered at the desk"
NEWER_MESSAGE, TOO_LATE = "a second message while an answer leaves", "one message, answered too late"
THREE_MESSAGES = Scenario(name="three messages at once", racing=(ONE, TWO, THREE))

PLACES: dict[str, Place] = {
    "200 before the transaction": (ONE_MESSAGE, "E", (1, 0)),
    "message and unit in separate writes": (ONE_MESSAGE, "E", (1, 0)),
    "no Sweep": (ONE_MESSAGE, "E", (1, 0)),
    "no SENDING write": (ONE_MESSAGE, "E", (1, 0)),
    "blind resend": (ONE_MESSAGE, "N", (1, 0)),
    "HTTP client retries": (ONE_MESSAGE, "N", (1, 0)),
    "a new key for each try": (ONE_MESSAGE, "K", (1, 0)),
    "an unsent second try makes the first one unsent": (DESK, "K", (2, 0)),
    "no settle time": (ONE_MESSAGE, "E", (1, 0)),
    "take-over keeps the revision": (ONE_MESSAGE, "N", (1, 0)),
    "final states ignore a late failure": (ONE_MESSAGE, "E", (1, 0)),
    "a failure counts only after SENT": (ONE_MESSAGE, "E", (1, 1)),
    "an echo clears the due marker": (ONE_MESSAGE, "E", (1, 0)),
    "an echo is not accepted in READY": (ONE_MESSAGE, "E", (3, 1)),
    "send outside the reply window": (WINDOW, "M", (1, 0)),
    "close past what was shown": (DESK, "E", (0, 1)),
    "page from a lagging index": (TWO_AT_DESK, "E", (0, 1)),
    "close without both conditions": (INBOX_AND_DESK, "K", (0, 2)),
    "reader deletes on answering": ("two messages", "E", (1, 0)),
    "hand-off after finishing": (ONE_MESSAGE, "E", (1, 0)),
    "lease shorter than the function's life": (ONE_MESSAGE, "E", (0, 1)),
    "ABSENT without attribute_not_exists(pk)": (ONE_MESSAGE, "E", (1, 0)),
    "R1_AS_READ without last_seq = :read_last": (THREE_MESSAGES.name, "K", (0, 2)),
    "R1_AS_READ without seen_seq = :read_seen": (TWO_AT_DESK, "E", (0, 1)),
    "START_IF without st = :READY": (ONE_MESSAGE, "N", (1, 1)),
    "SEEN_IF without st IN (:READY, :SENDING, :RECOVERING, :SENT)": (ONE_MESSAGE, "W", (2, 1)),
    "RECOVER_SETTLED_IF without st IN (:SENDING, :RECOVERING)": (ONE_MESSAGE, "W", (2, 1)),
    "OURS without st = :before": (ONE_MESSAGE, "W", (2, 1)),
    "CLOSE_ALL_IF without last_seq = :up_to": (TWO_AT_DESK, "K", (0, 1)),
    "PERSON_CLOSES_IF without last_seq = :up_to": (INBOX, "K", (0, 2)),
    "SEEN_IF without ack_key = :key": (SEEN_STRANGE, "W", (0, 1)),
    "FAILED_IF without ack_key = :key": (FAILED_STRANGE, "W", (0, 1)),
    "TOLD_IF without rev = :rev": (ONE_MESSAGE, "E", (1, 2)),
    "REFERENCE_FREE without attribute_not_exists(pk) OR conversation = :conversation": (TWINS, "K", (0, 2)),
    "HELD_BY without agent_id = :agent": (TWO_READERS, "K", (1, 1)),
    "SUPPRESS_IF without rev = :rev": (DESK, "K", (2, 1)),
    "nobody hears that another app has it": (ONE_MESSAGE, "E", (1, 0)),
    "told without what the platform said": (ONE_MESSAGE, "E", (1, 0)),
    "taken back without a mark for what comes later": (BACK, "V", (1, 0)),
    "an edit brings back what was taken back": (EDITED, "K", (1, 0)),
    "a link takes along what was stored before it": (LINKED, "K", (0, 1)),
    "nobody looks for what else there is of it": (EDITED, "K", (0, 0)),
    "the first words of what was taken back stay": (BACK, "V", (0, 0)),
    "JOINS_NONE_IF without attribute_not_exists(joins)": (JOINED, "K", (0, 1)),
    "JOIN_EMPTY_IF without attribute_not_exists(last_seq)": (JOINED, "K", (0, 1)),
    "JOIN_NOTHING_NEWER_IF without last_seq = :read_last": (JOINED_LATER, "K", (1, 1)),
    "FIRST_ACT_IF without attribute_not_exists(acts)": ("one message, two agents", "K", (1, 1)),
    "NEXT_ACT_IF without acts = :read_acts": (TWO_READERS, "K", (1, 1)),
    "an answer closes before it has left": (ANSWERED, "K", (0, 0)),
    "an answer closes all that is there": (NEWER_MESSAGE, "K", (0, 1)),
    "an answer closes whatever became of it": (ANSWERED, "K", (1, 0)),
    "an answer's marker goes before its case is closed": (ANSWERED, "K", (0, 0)),
    "a failed answer's marker goes before the notice": (TOO_LATE, "M", (1, 0)),
    "a notice in a write of its own": (ANSWERED, "K", (1, 0)),
    "FOLLOWED_IF without rev = :rev": (ANSWERED, "E", (1, 1)),
    "ANSWERED_IF without seen_seq < :up_to": (NEWER_MESSAGE, "K", (1, 1)),
    "ANSWERED_ALL_IF without last_seq = :up_to": (NEWER_MESSAGE, "K", (0, 1)),
}
"""Where each is caught."""


def prove(run: Run) -> Report:
    """Inject one variant after another; each must break a promise."""
    known = {variant.name: variant for variant in (*RULES, *arms())}
    names = list(PLACES)[:: SHORT if run.short else 1]
    missed: list[str] = []
    for number, name in enumerate(names, start=1):
        caught = _caught(known[name], PLACES[name])
        run.progress(number / len(names), name)
        if not caught:
            missed.append(f"not caught: {name}")
        elif not run.short:
            print(f"  caught  {name:64s} {caught}", flush=True)
    every = {variant.name for variant in arms()}
    missed += [f"excused, and caught or no arm at all: {name}" for name in sorted(set(GUARDED) - (every - set(PLACES)))]
    left = sorted(every - set(PLACES) - set(GUARDED))
    figures: dict[str, int | float | str] = {
        "unsafe variants caught": f"{len(names) - len(missed)} of {len(names)}",
        "arms of conditions": len(every),
        "of them caught": len(every & set(PLACES)),
        "of them guarded by another": len(GUARDED),
    }
    bound = (
        "Each within the smallest bound at which it shows. No scenario needs these arms, which have tests of their "
        f"own: {'; '.join(left)}."
    )
    return Report(violations=tuple(missed), figures=figures, bound=bound)


def _caught(variant: Variant, place: Place) -> str:
    """Name what a variant breaks beyond the letter of the rule that it drops; empty when nothing."""
    name, recovery, bound = place
    scenarios = {each.scenario.name: each.scenario for each in EXPLORED} | {THREE_MESSAGES.name: THREE_MESSAGES}
    with variant.change():
        explorer = Explorer(scenarios[name], recovery, lying=variant.lying)
        found = explore(explorer, *bound, seconds=MOST_S, first_only=True, ignore=variant.ignore)
    return next((each for each in sorted(found.violations) if not each.startswith(variant.ignore)), "")[:60]


ALIVE = Part(
    name="alive",
    promise="The explorer of crashes catches every unsafe variant of the protocol.",
    minutes=0.5,
    prove=prove,
)
