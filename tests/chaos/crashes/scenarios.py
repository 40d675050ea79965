"""What is explored: beginnings, and how many faults and preemptions each is given."""

from dataclasses import dataclass

from tests.chaos.crashes.explorer import Bound as Bound
from tests.chaos.crashes.scenario import GOES_ON, Scenario

ONE, TWO, THREE = (("messages", each) for each in "123")
ONE_AND_TWO = ("messages", "1", "2")
TAP = ("messages", "tap1")
OTHER = ("messages", "b1")
BY_MAIL, BY_POST = ("messages", "mail1"), ("messages", "post1")
UNSEND, EDIT = ("messages", "unsend1"), ("messages", "edit1")
PHONE, PERSON, MOVED, MOVED_PERSON = ("messages", "p1"), ("messages", "x1"), ("moved",), ("messages", "y1")
MAIL, ANSWERING, ANSWERING_TOO = ("messages", "h1"), ("messages", "r1"), ("messages", "r2")
ANSWER = ("inbox", "15")
LATE_ANSWER = ("inbox", "60")

FLOOR: tuple[Bound, ...] = ((1, 0), (0, 2), (1, 1))
"""Each is exhausted of every scenario and class, however long it takes."""
LADDER: tuple[Bound, ...] = (*FLOOR, (2, 1), (1, 3), (2, 2), (3, 1), (2, 3), (1, 9), (3, 2), (2, 9), (4, 1))
"""Each bound is exhausted before the next is begun, for as long as there is time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """A beginning, and how thoroughly it is explored.

    Attributes:
        share: Of the time, beside the others.
        short: The bound within ``make test``; ``None`` where it is left out.
    """

    scenario: Scenario
    share: float = 1.0
    short: Bound | None = None
    classes: str = "K E W N"


EXPLORED = (
    Explored(
        scenario=Scenario(name="one message", racing=(ONE,)),
        share=3.0,
        short=(1, 1),
        classes="K K1 E W N",
    ),
    Explored(
        scenario=Scenario(name="one message, agent at the desk", racing=(ONE,), desk=1),
        share=1.5,
        short=(1, 0),
    ),
    Explored(
        scenario=Scenario(name="one message, two agents", racing=(ONE,), desk=2),
        short=(0, 2),
        classes="K N",
    ),
    Explored(
        scenario=Scenario(name="one message, answered at the desk", racing=(ONE,), clicks=("once",)),
        share=2.0,
        short=(1, 0),
    ),
    Explored(
        scenario=Scenario(name="one message, answered by a doubled click", racing=(ONE,), clicks=("once", "once")),
        short=(0, 1),
        classes="K E",
    ),
    Explored(
        scenario=Scenario(name="a second message while an answer leaves", racing=(ONE, TWO), clicks=(GOES_ON,)),
        share=1.5,
        short=(0, 1),
        classes="K E",
    ),
    Explored(
        scenario=Scenario(name="one message, answered, the real Sweep", racing=(ONE,), clicks=("once",), sweep=True),
        classes="N",
    ),
    Explored(
        scenario=Scenario(name="one message, answered too late", racing=(ONE,), clicks=("once",)),
        short=(1, 0),
        classes="M",
    ),
    Explored(
        scenario=Scenario(name="one message, and the reply window closes", racing=(ONE,)),
        short=(1, 0),
        classes="M",
    ),
    Explored(
        scenario=Scenario(name="one message, and a stranger's send seen", racing=(ONE, ("stranger", "1", "seen"))),
        short=(0, 2),
        classes="E W",
    ),
    Explored(
        scenario=Scenario(name="one message, and a stranger's send failed", racing=(ONE, ("stranger", "1", "failed"))),
        classes="E W",
    ),
    Explored(
        scenario=Scenario(name="two contacts whose codes are the same", racing=(BY_MAIL, BY_POST)),
        short=(0, 2),
        classes="K E",
    ),
    Explored(
        scenario=Scenario(name="two messages, two agents", racing=(ONE, TWO), desk=2),
        share=2.0,
        classes="K",
    ),
    Explored(
        scenario=Scenario(name="a second message while two agents read", racing=(ONE,), later=(TWO,), readers=2),
        share=1.5,
        classes="K E",
    ),
    Explored(
        scenario=Scenario(name="one message delivered twice at once", racing=(ONE, ONE)),
    ),
    Explored(scenario=Scenario(name="two messages", racing=(ONE, TWO)), short=(0, 2)),
    Explored(
        scenario=Scenario(name="two messages, agent at the desk", racing=(ONE, TWO), desk=1),
        share=2.0,
        short=(0, 1),
    ),
    Explored(
        scenario=Scenario(name="a delivery and one that repeats it with a second message", racing=(ONE, ONE_AND_TWO)),
    ),
    Explored(
        scenario=Scenario(name="a tap after the acknowledgement", racing=(ONE,), later=(TAP,)),
        share=1.5,
        short=(1, 0),
    ),
    Explored(
        scenario=Scenario(name="a message and a tap at once", racing=(ONE, TAP)),
    ),
    Explored(scenario=Scenario(name="answered from the inbox", racing=(ONE, ANSWER)), short=(0, 2)),
    Explored(
        scenario=Scenario(name="two messages, the first answered from the inbox", racing=(ONE, TWO, ANSWER)),
    ),
    Explored(
        scenario=Scenario(
            name="two messages, answered from the inbox while an agent reads", racing=(ONE, TWO, LATE_ANSWER), desk=1
        ),
        share=1.5,
        classes="K E",
    ),
    Explored(
        scenario=Scenario(name="one message, found by the real Sweep", racing=(ONE,), sweep=True),
        short=(1, 0),
    ),
    Explored(
        scenario=Scenario(
            name="two deliveries under two ids of one contact, joined at the same time", racing=(PHONE, PERSON, PERSON)
        ),
        short=(0, 1),
        classes="K W",
    ),
    Explored(
        scenario=Scenario(
            name="two deliveries under a new id, joined at the same time",
            racing=(PHONE, MOVED, MOVED_PERSON, MOVED_PERSON),
        ),
        classes="K W",
    ),
    Explored(
        scenario=Scenario(
            name="a new id is joined after its first message",
            racing=(PHONE, MOVED_PERSON, MOVED, ("messages", "y2")),
        ),
        classes="K",
    ),
    Explored(
        scenario=Scenario(
            name="two messages say that they belong to one that is just being stored",
            racing=(MAIL, ANSWERING, ANSWERING_TOO),
        ),
        classes="K",
    ),
    Explored(
        scenario=Scenario(name="a message says twice that it belongs elsewhere", racing=(MAIL, ANSWERING, ANSWERING)),
        short=(0, 1),
        classes="K W",
    ),
    Explored(
        scenario=Scenario(name="a message taken back", racing=(ONE, UNSEND), desk=1),
        short=(0, 1),
        classes="E V",
    ),
    Explored(
        scenario=Scenario(name="a message edited and taken back", racing=(ONE, EDIT, UNSEND)),
        classes="K E",
    ),
    Explored(
        scenario=Scenario(name="a message taken back, and the real Sweep", racing=(ONE, UNSEND), sweep=True),
        short=(1, 0),
        classes="N V",
    ),
)

WALKED = (
    Scenario(name="three messages", racing=(ONE, TWO, THREE), sweep=True),
    Scenario(name="three messages, agent at the desk", racing=(ONE, TWO, THREE), desk=1),
    Scenario(name="three messages, one after the other", racing=(ONE,), later=(TWO, THREE), desk=2, sweep=True),
    Scenario(name="two contacts", racing=(ONE, OTHER, TWO), sweep=True),
    Scenario(name="a message, a tap and a message", racing=(ONE,), later=(TAP, TWO)),
    Scenario(name="two messages, two answers", racing=(ONE, TWO), clicks=("first", "second"), desk=1, sweep=True),
    Scenario(name="everything at once", racing=(ONE, ONE_AND_TWO, TAP, ANSWER), desk=1, sweep=True),
    Scenario(name="answered from the inbox between messages", racing=(ONE, TWO, ANSWER), later=(THREE, LATE_ANSWER)),
)
COMMENTS = (
    Scenario(name="three comments", racing=(ONE, TWO, THREE), sweep=True),
    Scenario(name="two comments, agent at the desk", racing=(ONE, TWO), desk=1),
)
"""In public, where each is answered by a line and in private."""
WALKS = {"three messages": 45_000, "two contacts": 40_000}
OTHER_WALKS = 8_000
"""Random schedules for each class of a scenario: the simplest ones come to the most in the same time."""
