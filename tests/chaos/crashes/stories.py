"""A schedule as people read it, one line for each operation; kept as JSON, it is played again."""

import json
from collections.abc import Sequence
from pathlib import Path

from nightbell.adapters import desk_expressions, forgetting_expressions, pace_expressions, table_expressions
from tests.chaos.crashes.explorer import DIES, Explorer, State, Step
from tests.chaos.crashes.programs import Op
from tests.chaos.crashes.scenario import Scenario

REGRESSIONS = Path(__file__).with_name("regressions")
MANY = 99
LONGEST = 2000
_NAMES = {
    text: name.lower().replace("_", " ")
    for module in (table_expressions, forgetting_expressions, desk_expressions, pace_expressions)
    for name, text in vars(module).items()
    if isinstance(text, str) and text.startswith(("SET ", "REMOVE "))
}

Line = list[str]
"""Who, what, and how it turned out."""


def line(explorer: Explorer, step: Step) -> Line:
    if step.node < 0:
        return ["", step.how, ""]
    spec = explorer.processes.spec(step.node)
    about = " ".join(spec.args[0][:1] + spec.args[0][-1:]) if spec.kind == "receive" else spec.me
    return [f"{spec.kind} {about}".strip(), _what(explorer.processes.ops[step.op]), step.how]


def _what(op: Op) -> str:
    if isinstance(op.request, dict) and "Key" in op.request:
        sk = op.request["Key"]["sk"]["S"]
        update = op.request.get("UpdateExpression")
        if update is None:
            return f"read {sk}"
        alike = (text for text in _NAMES if update.startswith(text[:24]))
        name = max(alike, key=lambda text: (update.startswith(text), len(text)))
        return f"{_NAMES[name]} {sk}"
    words = {"transact_write_items": "store", "query": "query", "hand off": "hand off", "landing": "landing"}
    if op.what == "hand off":
        return f"hand off {op.request['acknowledgement']['state']} as {op.request['revision']}"
    return words.get(op.what, op.what)


def told(explorer: Explorer, steps: Sequence[Step]) -> str:
    lines = (line(explorer, step) for step in steps)
    return "\n".join(f"    {who:28s} {what:36s} {how}".rstrip() for who, what, how in lines)


def keep(explorer: Explorer, violation: str, steps: Sequence[Step]) -> str:
    """Write a schedule down as a regression test; returns its text."""
    scenario = explorer.scenario
    story = {
        "violation": violation,
        "class": explorer.worlds.recovery,
        "racing": scenario.racing,
        "later": scenario.later,
        "desk": scenario.desk,
        "clicks": scenario.clicks,
        "readers": scenario.readers,
        "sweep": scenario.sweep,
        "steps": [line(explorer, step) for step in steps],
    }
    return json.dumps(story, indent=1)


def play(path: Path) -> tuple[set[str], float]:
    """Play a kept schedule as far as it still fits, then on without faults.

    Returns:
        What it breaks, and the share of its steps that could be taken: a schedule that fits no more proves nothing.
    """
    story = json.loads(path.read_text())
    scenario = Scenario(
        name=path.stem,
        racing=tuple(tuple(name) for name in story["racing"]),
        later=tuple(tuple(name) for name in story["later"]),
        desk=int(story["desk"]),
        clicks=tuple(story.get("clicks", ())),
        readers=int(story.get("readers", 1)),
        sweep=story["sweep"],
    )
    explorer = Explorer(scenario, story["class"])
    state = explorer.begin(MANY, MANY)
    taken = 0
    for wanted in story["steps"]:
        after = _follow(explorer, state, wanted)
        taken += after is not None
        state = after or state
    for _ in range(LONGEST):
        calm = [step for step in explorer.successors(state) if not step.how or step.node < 0]
        if not calm:
            break
        state = calm[0].state
    return explorer.broken_at_rest(state.world), taken / len(story["steps"])


def _follow(explorer: Explorer, state: State, wanted: Line) -> State | None:
    """Take a step; ``None`` where it cannot be taken any more."""
    steps = (step for step in explorer.successors(state) if line(explorer, step) == wanted)
    return next((step.state for step in steps), None)


__all__ = ["DIES", "REGRESSIONS", "keep", "line", "play", "told"]
