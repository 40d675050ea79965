"""What WhatsApp shows of a number: its profile, and sentences to tap in an empty chat.

Sources: Meta "WhatsApp Business Platform: Business profiles" (16 Jun 2026) §Parameters: ``about`` has 1 to 139
characters, ``description`` up to 512; "Conversational components" §Welcome messages: "currently not functioning as
intended"; §Ice breakers: up to 4 of 80 characters, without emoji; "Conversational Automation API" (v23.0).
"""

from collections.abc import Sequence
from datetime import date

from nightbell.domain.business import Account
from nightbell.domain.hours_words import HOURS_WORDS, hours_words
from nightbell.domain.week_words import hours_in_words
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.graph_errors import WHATSAPP_ERRORS
from nightbell.platforms.profile import Shown
from nightbell.platforms.reading.fields import Fields

LONGEST_ABOUT = 139
LONGEST_DESCRIPTION = 512
LEAST_ROOM = 40
"""Less is not worth beginning a sentence."""
UNIT = "utf16"
"""How characters are counted is not documented; these are never fewer."""

ABOUT, DESCRIPTION, PROMPTS, WELCOME = "about", "description", "prompts", "welcome message"
_EDGE, _AUTOMATION = "whatsapp_business_profile", "conversational_automation"


class WhatsAppProfile:
    """Implements :class:`nightbell.platforms.profile.Profile`."""

    platform = "meta"

    def read_requests(self, account: Account, access: ApiAccess) -> Sequence[HttpRequest]:
        """Describe the calls that read the profile and the number's automation."""
        return [
            graph_api.call(access, account.api_id, _EDGE, query={"fields": "about,description"}),
            graph_api.call(access, account.api_id, "", query={"fields": _AUTOMATION}),
        ]

    def read(self, answers: Sequence[Answer]) -> Shown:
        """Read them; what was never set is left out."""
        listed = graph_api.read_body(answers[0]).get("data")
        profile = _object(listed[0]) if isinstance(listed, list) and listed else {}
        automation = _object(graph_api.read_body(answers[1]).get(_AUTOMATION))
        prompts = automation.get("prompts")
        found = {
            ABOUT: str(profile.get("about") or ""),
            DESCRIPTION: str(profile.get("description") or ""),
            PROMPTS: "\n".join(map(str, prompts)) if isinstance(prompts, list) else "",
            WELCOME: "on" if automation.get("enable_welcome_message") is True else "",
        }
        return {name: text for name, text in found.items() if text}

    def wanted(self, account: Account, today: date, before: Shown) -> Shown:
        """Word them in the brand's first language; a profile has only one."""
        language = account.brand.default_language
        about = hours_in_words(account.hours, today, language, name="", limit=LONGEST_ABOUT, unit=UNIT)
        description = _described(account, today, language, before.get(DESCRIPTION, ""))
        return {
            ABOUT: about,
            DESCRIPTION: description,
            PROMPTS: "\n".join(hours_words(language).ask),
            # It would only tell us that a chat was opened, and Meta says that it does not work.
            WELCOME: "off",
        }

    def write_requests(self, account: Account, wanted: Shown, access: ApiAccess) -> Sequence[HttpRequest]:
        """Describe the calls that write them; commands and the rest of the profile are not named and stay."""
        profile = {"messaging_product": "whatsapp", ABOUT: wanted[ABOUT], DESCRIPTION: wanted[DESCRIPTION]}
        automation = {"enable_welcome_message": False, "prompts": wanted[PROMPTS].split("\n")}
        return [
            graph_api.call(access, account.api_id, _EDGE, json=profile),
            graph_api.call(access, account.api_id, _AUTOMATION, json=automation),
        ]

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a call."""
        return graph_api.judge(outcome, WHATSAPP_ERRORS, lambda _: None)


def _described(account: Account, today: date, language: str, before: str) -> str:
    """Put the hours behind the owner's own words; what was put there the last time is replaced."""
    own = before
    for words in HOURS_WORDS.values():
        own = own.partition(f"{words.title}:")[0]
    own = own.rstrip()
    lead = f"{own}\n{hours_words(language).title}: " if own else f"{hours_words(language).title}: "
    room = LONGEST_DESCRIPTION - len(lead.encode("utf-16-le")) // 2
    if room < LEAST_ROOM:
        return before
    return lead + hours_in_words(account.hours, today, language, name="", limit=room, unit=UNIT)


def _object(value: object) -> Fields:
    return value if isinstance(value, dict) else {}
