"""The one table of what can be asked for at the desk: routing, checks and the document are made from it."""

from nightbell.services.desk_api.acts import Acts
from nightbell.services.desk_api.open_api import document
from nightbell.services.desk_api.route import Route
from nightbell.services.desk_api.sessions import Sessions

_HERE = "/api/conversations/{key}"


def routes(acts: Acts, sessions: Sessions) -> tuple[Route, ...]:
    """List every route; the last is the document about them all."""
    table = (*_sessions(sessions), *_reading(acts), *_holding(acts))
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


def _reading(acts: Acts) -> tuple[Route, ...]:
    return (
        Route(
            name="me",
            method="GET",
            path="/api/me",
            says="Tell who is signed in, and the brands whose customers are answered here.",
            run=acts.me,
            gives="Me",
        ),
        Route(
            name="colleagues",
            method="GET",
            path="/api/colleagues",
            says="List to whom a conversation can be handed over.",
            run=acts.colleagues,
            gives="Colleagues",
            problems=("too_many_tries",),
        ),
        Route(
            name="waiting",
            method="GET",
            path="/api/waiting",
            says="List the conversations that wait for a person, the most urgent first.",
            run=acts.waiting,
            gives="Waiting",
            query={"brand": {"type": "string", "maxLength": 64}, "snoozed": {"enum": ["true", "false"]}},
            is_cached=True,
        ),
        Route(
            name="story",
            method="GET",
            path=_HERE,
            says="Tell a conversation from its beginning, whoever holds it. Nothing is noted.",
            run=acts.story,
            gives="Story",
            is_cached=True,
        ),
    )


def _holding(acts: Acts) -> tuple[Route, ...]:
    return (
        Route(
            name="take",
            method="POST",
            path=f"{_HERE}/take",
            says="Hold a conversation for half an hour; whoever holds it already holds it longer.",
            run=acts.take,
            gives="Story",
            problems=("nothing_waits", "held"),
        ),
        Route(
            name="release",
            method="POST",
            path=f"{_HERE}/release",
            says="Let go of a conversation; it is offered to others at once.",
            run=acts.release,
            gives="Story",
            problems=("not_held",),
        ),
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
