"""The one table of what can be asked for at the desk: routing, checks and the document are made from it."""

from collections.abc import Callable

from nightbell.services.desk_api.asked import Call, Given
from nightbell.services.desk_api.doing import Doing
from nightbell.services.desk_api.open_api import document
from nightbell.services.desk_api.reporting import Reporting
from nightbell.services.desk_api.route import Route
from nightbell.services.desk_api.sessions import Sessions
from nightbell.services.desk_api.telling import Telling

_HERE = "/api/conversations/{key}"


def routes(telling: Telling, doing: Doing, sessions: Sessions, reporting: Reporting) -> tuple[Route, ...]:
    """List every route; the last is the document about them all."""
    table = (*_sessions(sessions), *_reading(telling), _report(reporting), *_holding(doing), *_acting(doing))
    return (*table, *_described(table))


def _sessions(sessions: Sessions) -> tuple[Route, ...]:
    return (
        Route(
            name="signIn",
            method="POST",
            path="/session",
            says="Sign in with a name and a password; the refresh cookie comes with the answer.",
            run=sessions.sign_in,
            takes="SignIn",
            gives="Session",
            problems=(
                *("sign_in_failed", "new_password_needed", "code_needed", "password_refused"),
                *("not_an_agent", "too_many_tries", "foreign_page"),
            ),
            is_open=True,
        ),
        Route(
            name="renew",
            method="PUT",
            path="/session",
            says="Get another access token, by the refresh cookie.",
            run=sessions.renew,
            gives="Session",
            problems=("not_signed_in", "not_an_agent", "too_many_tries", "foreign_page"),
            is_open=True,
        ),
        Route(
            name="signOut",
            method="DELETE",
            path="/session",
            says="End the session for good, and forget the cookie.",
            run=sessions.sign_out,
            problems=("foreign_page",),
            is_open=True,
        ),
    )


def _reading(telling: Telling) -> tuple[Route, ...]:
    return (
        Route(
            name="me",
            method="GET",
            path="/api/me",
            says="Tell who is signed in, and the brands whose customers are answered here.",
            run=telling.me,
            gives="Me",
        ),
        Route(
            name="colleagues",
            method="GET",
            path="/api/colleagues",
            says="List to whom a conversation can be handed over.",
            run=telling.colleagues,
            gives="Colleagues",
            problems=("too_many_tries",),
        ),
        Route(
            name="waiting",
            method="GET",
            path="/api/waiting",
            says="List the conversations that wait for a person, the most urgent first.",
            run=telling.waiting,
            gives="Waiting",
            query={"brand": {"type": "string", "maxLength": 64}, "snoozed": {"enum": ["true", "false"]}},
            is_cached=True,
        ),
        Route(
            name="story",
            method="GET",
            path=_HERE,
            says="Tell a conversation from its beginning, whoever holds it. Nothing is noted.",
            run=telling.story,
            gives="Story",
            is_cached=True,
        ),
    )


def _report(reporting: Reporting) -> Route:
    return Route(
        name="report",
        method="GET",
        path="/api/report",
        says="Show a lead what a week was like, as a page with plots: the last one that is over, or an earlier one.",
        run=reporting.report,
        gives="Report",
        problems=("not_allowed",),
        query={
            "brand": {"type": "string", "maxLength": 64},
            "week": {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
            "language": {"type": "string", "maxLength": 16},
        },
    )


def _holding(doing: Doing) -> tuple[Route, ...]:
    return (
        _act(
            "take", "Hold a conversation for half an hour, or longer.", doing.take, ("nothing_waits", "held", "changed")
        ),
        _act("release", "Let go of it; it is offered to others at once.", doing.release, ("not_held", "changed")),
        _act("note", "Write something down for colleagues, holding it or not.", doing.note, ("changed",), takes="Note"),
    )


def _acting(doing: Doing) -> tuple[Route, ...]:
    said = ("not_held", "window_closed", "no_consent", "not_allowed", "objections")
    return (
        _act("answer", "Answer the customer, by one way or more.", doing.answer, said, takes="Answer", is_about=True),
        _act("promise", "Say by when there will be an answer.", doing.promise, said, takes="Promise", is_about=True),
        _act(
            "hand-over",
            "Have a colleague hold it from now on; a lead may do so whoever holds it.",
            doing.hand_over,
            ("nothing_waits", "not_held", "too_many_tries"),
            takes="HandOver",
            is_about=True,
        ),
        _act(
            "snooze",
            "Let go, and see it again at a time, or when the customer writes.",
            doing.snooze,
            ("nothing_waits", "not_held"),
            takes="Snooze",
            is_about=True,
        ),
        _act(
            "done",
            "Finish it up to what was shown, saying how.",
            doing.done,
            ("not_held", "no_consent"),
            takes="Done",
            is_about=True,
        ),
    )


def _act(  # noqa: PLR0913 - what such a route is
    verb: str,
    says: str,
    run: Callable[[Call], Given],
    problems: tuple[str, ...],
    *,
    takes: str = "",
    is_about: bool = False,
) -> Route:
    """Make the route of something that is done with a conversation; ``is_about`` what was looked at."""
    return Route(
        name=verb,
        method="POST",
        path=f"{_HERE}/{verb}",
        says=says,
        run=run,
        takes=takes,
        gives="Story",
        problems=problems,
        needs_revision=is_about,
    )


def _described(table: tuple[Route, ...]) -> tuple[Route, ...]:
    itself: list[Route] = []
    itself.append(
        Route(
            name="describe",
            method="GET",
            path="/openapi.json",
            says="This document.",
            run=lambda _: document((*table, *itself)),
            gives="Document",
            is_open=True,
            is_cached=True,
        )
    )
    return tuple(itself)
