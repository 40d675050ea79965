"""LinkedIn as a channel: what is said below an organisation's posts, answered in public if at all."""

from datetime import UTC, datetime, timedelta

from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    OutboundText,
    ReadBack,
    RecoveryClass,
    TagPlace,
    TextForm,
    Verdict,
)
from nightbell.platforms.linkedin import api
from nightbell.platforms.linkedin.urns import is_comment, urn_of_organization
from nightbell.platforms.reading.fields import (
    Fields,
    ShapeError,
    fields,
    member,
    optional_member,
    optional_text,
    text,
)
from nightbell.platforms.reading.said_lines import Line, is_same, look_for

_OK = 200
_COUNT = 100
"""Comments asked for when reading back; their order is not documented, so all have to be there."""


class LinkedInComments:
    """An organisation's comments; see :class:`nightbell.platforms.channel.Channel`."""

    name = "linkedin"
    platform = "linkedin"
    # A comment takes no tag and no key, and the comments below a place can be read.
    recovery = RecoveryClass.ECHOED
    can_read_back = True
    tag_in = TagPlace.NONE
    settle = timedelta(seconds=90)
    send_timeout_s = api.SEND_TIMEOUT_S
    is_public = True
    private_reply: str | None = None
    # There is no way to write to a member in private.
    private_channel: str | None = None
    speaks = True
    # Source: LinkedIn "API Terms of Use" §3.1: the API must not be used to automate posting.
    automatic = False
    # Source: LinkedIn "Data Storage Requirements": activity of members for 48 hours; two hours are left to get it done.
    keeps_words: timedelta | None = timedelta(hours=46)
    acks_within = timedelta(minutes=10)
    # Source: LinkedIn "Webhooks" §Retry: every 5 minutes for 8 hours.
    retry_window = timedelta(hours=8)
    reply_window: timedelta | None = None
    person_window: timedelta | None = None
    # No document tells the longest comment; 1,250 characters are widely reported.
    form = TextForm(unit="utf16", max_text=1250, max_text_with_choices=1250, max_choices=0, max_title=0)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        """Describe the call that comments below what a member said."""
        post, said = _places(outbound.address)
        body: dict[str, object] = {
            "actor": urn_of_organization(outbound.account_id),
            "object": post,
            "message": {"text": outbound.text},
        }
        if is_comment(said):
            body["parentComment"] = said
        return api.comments_of(access, said, json=body)

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a send."""
        return api.judge(outcome)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:  # noqa: ARG002 - the protocol's form
        """Describe the call that reads what stands below what the member said."""
        return api.comments_of(access, _places(address)[1], count=_COUNT)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        """Look for our own words among it."""
        if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
            return ReadBack.UNREADABLE
        try:
            lines, is_whole = _read(api.read_body(outcome))
        except ShapeError:
            return ReadBack.UNREADABLE
        own = urn_of_organization(account_id)
        ours = [line.at for line in lines if line.author == own and is_same(line.words, text)]
        return look_for(ours, sent_from=sent_from, reaches_back=is_whole)


def _places(address: str) -> tuple[str, str]:
    """Take an address apart into the post and what was said there, which may be the post itself."""
    post, _, said = address.partition("/")
    return post, said or post


def _read(body: Fields) -> tuple[list[Line], bool]:
    items = body.get("elements")
    if not isinstance(items, list):
        raise ShapeError("no comments")
    paging = optional_member(body, "paging")
    total, links = paging.get("total", len(items)), paging.get("links", [])
    more = isinstance(links, list) and any(isinstance(link, dict) and link.get("rel") == "next" for link in links)
    is_whole = len(items) < _COUNT and not more and isinstance(total, int) and total <= len(items)
    return [_line(fields(item, "a comment")) for item in items], is_whole


def _line(item: Fields) -> Line:
    at = member(item, "created").get("time")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < 10**14:
        raise ShapeError("created has no time")
    words = optional_text(optional_member(item, "message"), "text")
    return Line(author=text(item, "actor"), words=words, at=datetime.fromtimestamp(at / 1000, UTC))
