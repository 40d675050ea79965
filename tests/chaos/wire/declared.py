"""Whether every call of the functions is declared as a site, so that faults strike all of them.

A platform joins by registering: what it can be asked must then be a site, too.
"""

import json
from collections.abc import Iterable, Iterator

import jmespath  # type: ignore[import-untyped]  # it comes with botocore, without types

from infra.build.dependencies import OPERATIONS
from nightbell.adapters import forgetting_expressions, table_expressions
from nightbell.adapters import pace_expressions as pace
from nightbell.platforms.registry import LOOK_UPS, QUESTIONS, SENDERS
from tests.chaos.wire.made import PLATFORM, Made
from tests.chaos.wire.site import Site

BY_PEOPLE = frozenset({"REPLAYED"})
"""Written by the commands of operators, and by no function."""
WITHIN_R1 = frozenset({"FIRST_NAMED", "GIVEN_SHARED", "RATED"})
"""Written in the transaction that stores a message, which is a site as a whole."""
WITHIN_AN_ACT = frozenset({"CLOSE", "CLOSE_ALL", "LET_GO", "PERSON_CLOSES", "ANSWERED", "ANSWERED_ALL", "NOW_ASKED"})
"""Written in the transaction of what an agent does, or of what follows from it."""

AT_THE_GATE = frozenset({"cognito-idp"})
"""Services that hold nothing of ours: whoever gets no session asks again. Each call of theirs fails in
``tests/unit/desk_api/test_sessions.py``."""
ONLY_READ = frozenset({"logs"})
"""Services that nothing is written to, by a function that is asked again an hour later. Each call fails in
``tests/contract/test_report.py``."""

NOW_AND_THEN = frozenset({"HOURS OVERRIDE", f"ACC {pace.DRAW_FULL}", f"ACC {pace.DRAW}"})
"""What no case can count on. Hours that were said by hand are read twice a minute whatever is delivered;
``tests/contract/test_hours_override.py`` breaks that reading: the hours of the settings count then. Tokens are drawn by
whoever has sent much before; ``tests/contract/test_storms.py`` breaks that."""


def undeclared(sites: Iterable[Site]) -> list[str]:
    """Name what the functions can do and no site declares, without a call being made."""
    sites = list(sites)
    served = {site.serves for site in sites}
    known = {(site.service, site.operation) for site in sites}
    return [
        *(f"no site serves {name}" for name in _registered() if name not in served),
        *(f"no site calls {'.'.join(each)}" for each in _operations() if each not in known),
        *(f"no site writes {name}" for name, text in _updates() if not any(_is_update(site, text) for site in sites)),
    ]


def unforeseen(sites: Iterable[Site], made: Iterable[Made]) -> list[str]:
    """Name the calls that were made and that no site declares."""
    sites = list(sites)
    missed = [call for call in made if call.shape not in NOW_AND_THEN and not _is_declared(call, sites)]
    names = {f"{call.function}: {call.operation} {call.shape}" for call in missed}
    return [f"a call that no site declares: {name}" for name in sorted(names)]


def unstruck(made: Iterable[Made], struck: Iterable[tuple[str, str]]) -> list[str]:
    """Name the operations of AWS that a function calls and that no fault struck there."""
    called = {(call.function, call.operation) for call in made if call.service != PLATFORM}
    return [f"no fault ever struck {operation} of {function}" for function, operation in sorted(called - set(struck))]


def _operations() -> Iterator[tuple[str, str]]:
    for service, names in OPERATIONS.items():
        if service not in AT_THE_GATE | ONLY_READ:
            yield from ((service, name) for name in sorted(names))


def _registered() -> Iterator[str]:
    for name, sender in SENDERS.items():
        if not getattr(sender, "speaks", True):
            continue
        yield name
        if sender.can_read_back:
            yield f"{name}, read back"
    yield from (f"{name}, question" for name in QUESTIONS)
    yield from (f"{name}, look up" for name in LOOK_UPS)


def _updates() -> Iterator[tuple[str, str]]:
    """List the update expressions by name; conditions begin with neither of the words."""
    for module in (table_expressions, forgetting_expressions):
        for name, text in vars(module).items():
            is_update = isinstance(text, str) and text.startswith(("SET ", "REMOVE "))
            if is_update and name.isupper() and name not in BY_PEOPLE | WITHIN_R1 | WITHIN_AN_ACT:
                yield name, text


def _is_update(site: Site, expression: str) -> bool:
    return site.operation == "UpdateItem" and bool(jmespath.search(site.match, {"UpdateExpression": expression}))


def _is_declared(call: Made, sites: list[Site]) -> bool:
    if call.service == PLATFORM:
        return any(site.is_platform and site.name.partition(",")[0] == call.operation for site in sites)
    body = json.loads(call.body)
    return any(
        (site.service, site.operation) == (call.service, call.operation)
        and (not site.match or bool(jmespath.search(site.match, body)))
        for site in sites
    )
