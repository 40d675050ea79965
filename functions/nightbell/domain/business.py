"""What a business decides about itself: brands, accounts, hours, words and texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.phrases import Phrases, guess_language
from nightbell.domain.webhooks import Webhook

if TYPE_CHECKING:
    # Whoever receives messages tells no team.
    from nightbell.domain.team_place import TeamPlace


class Choice(StrEnum):
    """Where the customer wants it to go on."""

    HERE = "here"
    EMAIL_US = "email_us"
    VOICEMAIL = "voicemail"
    EMAIL_ME = "email_me"
    CALL_ME = "call_me"


class TextId(StrEnum):
    """Every text that we can send, and ``automatic``, which only goes into others."""

    AUTOMATIC = "automatic"
    """Says that the message is automatic; fills ``{automatic}``."""
    RECEIPT = "receipt"
    RECEIPT_COMPLAINT = "receipt_complaint"
    RECEIPT_IDEA = "receipt_idea"
    RECEIPT_PRAISE = "receipt_praise"
    REDIRECT = "redirect"
    REDIRECT_COMPLAINT = "redirect_complaint"
    REDIRECT_IDEA = "redirect_idea"
    REDIRECT_PRAISE = "redirect_praise"
    EMERGENCY = "emergency"
    """At any hour: a person is being called to this now."""
    CHOICE_HERE = "choice_here"
    CHOICE_EMAIL_US = "choice_email_us"
    CHOICE_VOICEMAIL = "choice_voicemail"
    ASK_EMAIL = "ask_email"
    """Answers the tap on "e-mail me"."""
    ASK_PHONE = "ask_phone"
    """Answers the tap on "call me"."""
    CONSENT_EMAIL = "consent_email"
    """Confirms that we may write to the address they gave."""
    CONSENT_CALL = "consent_call"
    """Confirms that we may call the number they gave."""
    MENU = "menu"
    """What a button says that opens the choices, on a channel that shows many of them as a list."""
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    ASK_FACT = "ask_fact"
    """A sentence after a receipt, when the message lacks the fact that the brand needs."""
    PROMISE = "promise"
    """By when an agent answers, where they wrote no words of their own."""
    HOLDING = "holding"
    """Just before a promise breaks: it takes longer, and until when."""
    RATING = "rating"
    """Asks, after everything was answered, how it was, from 0 to 10."""
    PUBLIC_LINE = "public_line"
    """What everybody can read below a comment."""
    PUBLIC_LINE_2 = "public_line_2"
    PUBLIC_LINE_3 = "public_line_3"
    PUBLIC_COMPLAINT = "public_complaint"
    PUBLIC_COMPLAINT_2 = "public_complaint_2"
    PUBLIC_PRAISE = "public_praise"
    """Thanks for praise and for ideas."""
    PUBLIC_PRAISE_2 = "public_praise_2"
    PUBLIC_STORM = "public_storm"
    """The one line below a post where far more people write than usual."""
    VOICEMAIL_OPEN = "voicemail_open"
    """What callers hear first while we are open, and nobody comes to the telephone."""
    VOICEMAIL_CLOSED = "voicemail_closed"
    VOICEMAIL_CALL_BACK = "voicemail_call_back"
    """A sentence by which whoever goes on agrees to be called back; fills ``{call_back}``."""
    VOICEMAIL_CODE = "voicemail_code"
    """Asks for the code that leads to a conversation."""
    VOICEMAIL_CODE_OK = "voicemail_code_ok"
    VOICEMAIL_CODE_UNKNOWN = "voicemail_code_unknown"
    VOICEMAIL_RECORD = "voicemail_record"
    """Just before the tone."""
    VOICEMAIL_THANKS = "voicemail_thanks"
    VOICEMAIL_NOTHING = "voicemail_nothing"
    """To whoever said nothing."""

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it, so that it holds nothing personal."""
        return self.value.startswith("public_")

    @property
    def is_spoken(self) -> bool:
        """Whether it is said on the telephone."""
        return self.value.startswith("voicemail_")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredFact:
    """The one thing the brand must know to help, such as an order number.

    Attributes:
        pattern: Found anywhere in a message that holds the fact.
        names: What to call it, by language; fills ``{fact}``.
    """

    pattern: re.Pattern[str]
    names: Mapping[str, str]

    def is_in(self, text: str) -> bool:
        """Tell whether a message already holds the fact."""
        return self.pattern.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StormSettings:
    """What makes a storm in public, and how many lines of ours stand in one.

    Attributes:
        on: Whether storms are looked for at all.
        people_a_minute: The least that makes one, on whatever account.
        times_usual: How many times the account's own usual it must be besides.
        lines_a_minute: On one account, while there is one.
    """

    on: bool = True
    people_a_minute: int = 30
    times_usual: int = 10
    lines_a_minute: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAnswer:
    """What an agent may begin an answer with.

    Attributes:
        name: What it is called in the list.
        text: With placeholders that the settings alone fill.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The business, or a part of it that owns accounts, hours and texts.

    Attributes:
        key: Its name in the settings file; part of stored references.
        languages: IETF tags such as ``es``; the default one first.
        promise: How much opening time may pass before a person answers.
        agent_name: Whom the texts announce, if the brand names somebody.
        choices: Offered with a redirect, in this order.
        important_contacts: Ids of contacts that go to the front, as the platform spells them.
        preview: Whether the queue may carry the start of a message's text.
        rating: Whether contacts are asked how it was, once they were answered.
        rating_of_complaints: Whether whoever complained is asked, too.
        answers: Prepared for agents, by language, in the owner's order.
        texts: By language; complete, the brand's own over those shared by all.
        channel_texts: By language and channel, where one differs.
        titles: Of the choices, by language.
        storm: Shared by all brands.
    """

    key: str
    name: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    hours: OpeningHours
    promise: timedelta = timedelta(minutes=60)
    agent_name: str | None = None
    fact: RequiredFact | None = None
    email: str | None = None
    voicemail: str | None = None
    emergency_phone: str | None = None
    choices: tuple[Choice, ...] = ()
    important_contacts: frozenset[str] = frozenset()
    preview: bool = False
    rating: bool = False
    rating_of_complaints: bool = False
    answers: Mapping[str, tuple[PreparedAnswer, ...]] = field(default_factory=dict)
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    texts: Mapping[str, Mapping[TextId, str]] = field(default_factory=dict)
    channel_texts: Mapping[str, Mapping[str, Mapping[TextId, str]]] = field(default_factory=dict)
    titles: Mapping[str, Mapping[Choice, str]] = field(default_factory=dict)
    storm: StormSettings = field(default_factory=StormSettings)

    @property
    def default_language(self) -> str:
        """The language of those who do not show theirs."""
        return self.languages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The business's own page, number or profile on a channel.

    Attributes:
        hours: The account's own, or else the brand's.
        name: For people, such as "the shop's WhatsApp".
        login: How the account was connected, where a platform has several ways: ``facebook`` or ``instagram``;
            ``oauth1`` or ``oauth2`` on X.
        page_id: Of the Facebook Page that an Instagram account belongs to, with Facebook's login.
        business_account_id: What the platform files the account under: a WhatsApp business account, Twilio's ``AC…``,
            the owner of a Google location.
        public_line: Whether a comment gets a line in public.
        private_reply: Whether a comment gets a private reply.
        automatic: Whether anything is sent without a person; ``None`` for what is usual on the channel.
        handle: The name after the @, without it.
        messaging_service: Twilio's ``MG…`` that sends in place of the number.
        aliases: Further addresses that are read and answered as the account's own.
        owner_ids: Who owns the business account that a bot speaks for; what they write is the business's own.
        transcribe: Whether recordings are also turned into text.
        reply_url: Where answers are posted to, for whoever relays them.
    """

    channel: str
    account_id: str
    brand: Brand
    hours: OpeningHours
    name: str | None = None
    login: str = "facebook"
    page_id: str | None = None
    business_account_id: str | None = None
    public_line: bool = True
    private_reply: bool = True
    automatic: bool | None = None
    handle: str | None = None
    messaging_service: str | None = None
    aliases: tuple[str, ...] = ()
    owner_ids: tuple[str, ...] = ()
    transcribe: bool = False
    reply_url: str | None = None

    @property
    def api_id(self) -> str:
        """Whose edges of the platform's API send for the account."""
        return self.page_id or self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessSettings:
    """Everything in the settings file.

    Attributes:
        brands: By key.
        accounts: By channel and account id.
        webhooks: The business's own systems that are told what the team is told.
        team: Where the brands' teams read alerts and digests.
    """

    brands: Mapping[str, Brand]
    accounts: Mapping[tuple[str, str], Account]
    webhooks: tuple[Webhook, ...] = ()
    team: "tuple[TeamPlace, ...]" = ()

    def account(self, channel: str, account_id: str) -> Account | None:
        """Find one of our accounts; ``None`` when the settings do not name it."""
        return self.accounts.get((channel, account_id))


def detect_language(text: str, brand: Brand, earlier: str | None = None) -> str:
    """Tell in which of the brand's languages to answer a message.

    Where the common words tell nothing, those of the lists do: a single "riquísimo" is Spanish.
    ``earlier`` is the conversation's language so far; it is kept unless the message clearly shows another.
    """
    otherwise = earlier if earlier in brand.languages else None
    phrases = {language: brand.phrases[language] for language in brand.languages}
    lists = {language: (*p.complaint, *p.idea, *p.praise, *p.emergency) for language, p in phrases.items()}
    hints = {language: p.language_hints for language, p in phrases.items()}
    found = guess_language(text, hints, "") or guess_language(text, lists, "")
    return found or otherwise or brand.default_language
