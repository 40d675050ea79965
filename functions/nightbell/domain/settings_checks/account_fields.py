"""What an account says about itself, channel by channel: which lines it needs, which it may have, and their form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nightbell.domain.settings_problem import Problem

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a value is written.

    Attributes:
        pattern: The whole of it, and of each item where there are several.
        remedy: What to write instead of what does not fit.
    """

    pattern: str
    remedy: str

    def fits(self, value: object) -> bool:
        """Tell whether a value, or each of several, is written so."""
        values = value if isinstance(value, list) else [value]
        return all(isinstance(each, str) and re.fullmatch(self.pattern, each) for each in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What an account of one channel says beside channel, brand, name and hours.

    Attributes:
        account_id: ``None`` where any id is taken.
        needed, optional: By name; ``None`` where the kind of value is all that is asked.
    """

    account_id: Form | None = None
    needed: Mapping[str, Form | None] = field(default_factory=dict)
    optional: Mapping[str, Form | None] = field(default_factory=dict)


def _digits(most: int, of: str, example: str) -> Form:
    remedy = f'write the number of {of} in quotes, digits only: "{example}"'
    return Form(pattern=f"[0-9]{{1,{most}}}", remedy=remedy)


_ADDRESS = Form(
    pattern=r"[^\s@+\"<>,A-Z]+@[a-z0-9-]+(\.[a-z0-9-]+)+",
    remedy='write the bare address in small letters, without a label: "hello@example.org"',
)
_NUMBER = Form(
    pattern=r"\+[1-9][0-9]{6,14}", remedy='write the number with + and its country, without spaces: "+34871000000"'
)
_NUMBER_OR_CODE = Form(
    pattern=r"\+[1-9][0-9]{6,14}|[0-9]{3,8}",
    remedy='write the number with + and its country, without spaces, or the short code: "+34871000000"',
)
_TWILIO_OWNER = Form(
    pattern="AC[0-9a-f]{32}", remedy="write Twilio's account SID: AC and 32 digits and letters, from its console"
)
_SERVICE = Form(
    pattern="MG[0-9a-f]{32}", remedy="write the messaging service's SID: MG and 32 digits and letters, or take it out"
)
_HANDLE = Form(
    pattern="[A-Za-z0-9_]{1,15}", remedy='write the name that stands after the @, without the @: handle = "theshop"'
)
_X_LOGIN = Form(
    pattern="oauth1|oauth2", remedy='write login = "oauth1" or "oauth2", or leave the line out for "oauth1"'
)
_PAGE_LOGIN = Form(pattern="facebook|instagram", remedy='write login = "facebook" or login = "instagram"')
_WHATSAPP_OWNER = Form(
    pattern="[0-9]{1,40}",
    remedy='write the id of the WhatsApp business account in quotes, digits only: "102000000000000"',
)
_INSTAGRAM = Fields(optional={"login": _PAGE_LOGIN, "page_id": None})
_X = Fields(
    account_id=_digits(20, "the X account, not its @name", "2244994945"),
    needed={"handle": _HANDLE},
    optional={"login": _X_LOGIN},
)
_TWILIO = {"messaging_service": _SERVICE}

FIELDS: Mapping[str, Fields] = {
    "messenger": Fields(),
    "facebook_comments": Fields(),
    "whatsapp": Fields(optional={"business_account_id": _WHATSAPP_OWNER}),
    "instagram_direct": _INSTAGRAM,
    "instagram_comments": _INSTAGRAM,
    "x_posts": _X,
    "x_direct": _X,
    "email": Fields(account_id=_ADDRESS, optional={"aliases": _ADDRESS}),
    "sms": Fields(account_id=_NUMBER_OR_CODE, needed={"business_account_id": _TWILIO_OWNER}, optional=_TWILIO),
    "twilio_whatsapp": Fields(account_id=_NUMBER, needed={"business_account_id": _TWILIO_OWNER}, optional=_TWILIO),
    "voicemail": Fields(
        account_id=_NUMBER, needed={"business_account_id": _TWILIO_OWNER}, optional={"transcribe": None}
    ),
    "telegram": Fields(
        account_id=_digits(20, "the bot, which stands before the colon of its token", "110201543"),
        optional={"owner_ids": _digits(20, "each owner", "279058397")},
    ),
    "linkedin": Fields(account_id=_digits(20, "the organisation", "2414183")),
    "google_reviews": Fields(
        account_id=_digits(40, "the location", "7031415926535"),
        needed={"business_account_id": _digits(40, "the Google account that owns the location", "1014159265358")},
    ),
    "standard": Fields(
        account_id=Form(
            pattern="[a-z][a-z0-9-]{1,30}",
            remedy='write a short name of the source, small letters, digits and -, as in its address: "contact-form"',
        ),
        optional={
            "reply_url": Form(
                pattern=r"https://[^\s/?#@]+(/[^\s#]*)?",
                remedy="write a whole address that begins with https://, or take the line out if nothing is sent there",
            )
        },
    ),
    "line": Fields(
        account_id=Form(pattern="U[0-9a-f]{32}", remedy="write the bot's user id: U and 32 digits and letters")
    ),
    "tiktok_direct": Fields(
        account_id=Form(pattern=r"\S{1,100}", remedy="write the id of the TikTok business account")
    ),
}
"""By channel, registered or not; which channels there are, the registry says."""

_ONLY_SOME = frozenset(
    name
    for fields in FIELDS.values()
    for name in (*fields.needed, *fields.optional)
    if name not in {"login", "page_id"}
)
"""What has no meaning elsewhere; login and page_id are judged with the logins."""
_NEVER_BY_ITSELF = {
    "google_reviews": "nothing is answered automatically below a review, where everybody reads it for years",
    "voicemail": "callers hear the greeting, and nothing is sent beside it",
}


def field_problems(document: Table) -> Iterator[Problem]:
    """Check every account's lines against those of its channel; a channel that is not known is somebody else's."""
    for number, account in enumerate(document["accounts"], 1):
        fields = FIELDS.get(account["channel"])
        if fields is None:
            continue
        place = f"accounts[{number}]"
        yield from _form_problems(account, place, fields)
        for name in sorted(_ONLY_SOME & set(account) - set(fields.needed) - set(fields.optional)):
            yield Problem(
                place=f"{place}.{name}",
                message=f"has no meaning on {account['channel']}",
                remedy="take the line out",
            )
        if account["channel"] in _NEVER_BY_ITSELF and account.get("automatic"):
            yield Problem(
                place=f"{place}.automatic",
                message=_NEVER_BY_ITSELF[account["channel"]],
                remedy="write automatic = false, or take the line out",
            )


def _form_problems(account: Table, place: str, fields: Fields) -> Iterator[Problem]:
    forms = {"account_id": fields.account_id, **fields.needed, **fields.optional}
    for name, form in forms.items():
        if name not in account and name in fields.needed:
            remedy = form.remedy if form else f"write {name} = …"
            yield Problem(place=f"{place}.{name}", message=f"is missing on {account['channel']}", remedy=remedy)
        elif name in account and form and not form.fits(account[name]):
            yield Problem(
                place=f"{place}.{name}", message=f"is {_written(account[name])}, which is none", remedy=form.remedy
            )


def _written(value: object) -> str:
    return ", ".join(f'"{each}"' for each in value) if isinstance(value, list) else f'"{value}"'
