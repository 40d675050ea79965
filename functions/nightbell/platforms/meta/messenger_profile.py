"""What Messenger shows before the first message: a greeting, and sentences to tap.

Sources: Meta "Messenger Profile API" §Request URI, §Rate Limit (10 calls in 10 minutes for each Page); "Greeting Text"
§Properties: a text for the locale ``default`` is needed, 160 characters; "Ice Breakers": four questions at most, for
``default`` and other locales; "Get Started Button". Where both are set, ice breakers are shown rather than the button.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from nightbell.domain.business import Account
from nightbell.domain.hours_words import hours_words
from nightbell.domain.week_words import hours_in_words
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.graph_errors import MESSENGER_ERRORS
from nightbell.platforms.profile import Shown
from nightbell.platforms.reading.fields import Fields

LONGEST_GREETING = 160
DEFAULT = "default"
GET_STARTED = "nightbell.get_started"
ASKED = "nightbell.asked."
"""Payloads that come back with a tap; no choice of ours, so the sentence is answered like a message."""

_EDGE = "messenger_profile"
_LOCALES: Mapping[str, tuple[str, ...]] = {
    "en": ("en_US", "en_GB"),
    "en-US": ("en_US",),
    "es": ("es_ES", "es_LA"),
    "ca": ("ca_ES",),
    "de": ("de_DE",),
    "fr": ("fr_FR", "fr_CA"),
    "it": ("it_IT",),
    "nl": ("nl_NL",),
    "pt": ("pt_PT", "pt_BR"),
}
"""Facebook's names of those that Nightbell speaks (Meta "Messenger Platform: Supported Locales")."""


class MessengerProfile:
    """Implements :class:`nightbell.platforms.profile.Profile`."""

    platform = "meta"

    def read_requests(self, account: Account, access: ApiAccess) -> Sequence[HttpRequest]:
        """Describe the call that reads greeting and ice breakers."""
        query = {"fields": "greeting,ice_breakers,get_started"}
        return [graph_api.call(access, account.api_id, _EDGE, query=query)]

    def read(self, answers: Sequence[Answer]) -> Shown:
        """Read them; a Page that never had any answers with an empty list."""
        return {name: text for part in _parts(answers[0]) for name, text in _shown(part)}

    def wanted(self, account: Account, today: date, before: Shown) -> Shown:  # noqa: ARG002 - nothing of it can be kept
        """Word the greeting and the sentences of each locale."""
        found: dict[str, str] = {}
        for locale, language in _spoken(account.brand.languages):
            found[_greeting(locale)] = hours_in_words(
                account.hours, today, language, name=account.brand.name, limit=LONGEST_GREETING, unit="utf16"
            )
            found[_breakers(locale)] = "\n".join(hours_words(language).ask)
        return found

    def write_requests(self, account: Account, wanted: Shown, access: ApiAccess) -> Sequence[HttpRequest]:
        """Describe the one call that writes all of it; what it names is replaced as a whole."""
        locales = [locale for locale, _ in _spoken(account.brand.languages)]
        body = {
            "get_started": {"payload": GET_STARTED},
            "greeting": [{"locale": locale, "text": wanted[_greeting(locale)]} for locale in locales],
            "ice_breakers": [
                {"locale": locale, "call_to_actions": _actions(wanted[_breakers(locale)])} for locale in locales
            ],
        }
        return [graph_api.call(access, account.api_id, _EDGE, json=body)]

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a call."""
        return graph_api.judge(outcome, MESSENGER_ERRORS, lambda _: None)


def _spoken(languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair locales with languages; the first language is for everybody whose own is not there."""
    yield DEFAULT, languages[0]
    seen = set[str]()
    for language in languages:
        for locale in _LOCALES.get(language) or _LOCALES.get(language.partition("-")[0], ()):
            if locale not in seen:
                seen.add(locale)
                yield locale, language


def _greeting(locale: str) -> str:
    return f"greeting ({locale})"


def _breakers(locale: str) -> str:
    return f"ice breakers ({locale})"


def _actions(sentences: str) -> list[dict[str, str]]:
    return [
        {"question": question, "payload": f"{ASKED}{number}"}
        for number, question in enumerate(sentences.split("\n"), 1)
    ]


def _parts(answer: Answer) -> list[Fields]:
    listed = graph_api.read_body(answer).get("data")
    return [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []


def _shown(part: Fields) -> Iterator[tuple[str, str]]:
    for each in _objects(part.get("greeting")):
        yield _greeting(str(each.get("locale", DEFAULT))), str(each.get("text", ""))
    breakers = _objects(part.get("ice_breakers"))
    old = [str(each["question"]) for each in breakers if "question" in each]
    if old:
        yield _breakers(DEFAULT), "\n".join(old)
    for each in breakers:
        asked = [str(action.get("question", "")) for action in _objects(each.get("call_to_actions"))]
        if asked:
            yield _breakers(str(each.get("locale", DEFAULT))), "\n".join(asked)


def _objects(value: object) -> list[Fields]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
