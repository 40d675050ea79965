"""Whatever a customer writes, a message to the team keeps its shape: no markup, no mention, no address of theirs."""

import base64
import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.loopback_server import Request
from infra.local.platforms.team_chat import TeamChat
from nightbell.domain.bulletin import (
    MOST_LINE,
    Bulletin,
    Line,
    Section,
    listed,
    plain,
    quotable,
    read_bulletin,
    write_bulletin,
)
from nightbell.domain.team_place import TeamPlace
from nightbell.platforms.team import mail, slack, teams
from nightbell.platforms.team.places import is_address

fuzzed = settings(deadline=None, max_examples=60)
LINK = "https://desk.example.com/desk/C%23messenger.100.5"
MAIL = TeamPlace(name="office", kind="email", brand="corner", to="team@example.com", sender="bell@mail.example.com")
NASTY = (
    "<!channel> <!here> <@U012AB3CD> <#C024BE7LR> <!subteam^S1> *bold* _it_ `code` ~gone~ &lt;!channel&gt; @channel",
    "<https://evil.example|Open> [Open](https://evil.example) https://evil.example <a href='https://evil.example'>x</a>",
    "<at>Everyone</at> </at> **bold** {{DATE(2017-02-14T06:00:00Z, SHORT)}} ${title} {{TIME(2017-02-14T06:00:00Z)}}",
    "one\r\nBcc: all@example.com\r\n\r\nbody\nSubject: other\x00\x0b\x0c\x1c\x85\u2028\u2029",
    "\u202e\u202d\u2066\u2069\u200b\u200d\ufeff\u00ad evil \ud800 \udfff \ue000 \U000e0041",
    "</h2></ul><script>alert(1)</script><img src=x onerror=alert(1)>" + '"onmouseover="alert(1)',
    "=?utf-8?q?Bcc=3A?= :rotating_light: \ud83d" + "x" * 60,
    "\u00e9\u4e2d\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
)
anything = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=400), st.text(alphabet="<>&@!#|[](){}$*_`~\r\n\\\"'", max_size=60)
)
hostile = st.lists(anything, min_size=1, max_size=3).map("".join)


def told(text: str, lines: int = 1) -> Bulletin:
    every = tuple(Line(text=text, link=LINK) for _ in range(lines))
    return Bulletin(title=text, sections=(Section(heading="Complaints", lines=every),))


def shape(value: Any) -> Any:
    """Tell everything of a JSON but its texts."""
    if isinstance(value, dict):
        return {key: "…" if key == "text" and isinstance(each, str) else shape(each) for key, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else value


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from [each] if key == "text" and isinstance(each, str) else texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@fuzzed
@given(hostile)
def test_in_slack_a_text_is_a_text_whatever_stands_in_it(text: str) -> None:
    body = slack.body(told(text))
    assert shape(body) == shape(slack.body(told("An honest question")))
    assert not set("<>") & set(str(body["text"]))
    elements = [each for block in json.loads(json.dumps(body["blocks"])) for each in walk(block)]
    assert {each["type"] for each in elements} <= SAFE_IN_SLACK
    assert [each["url"] for each in elements if "url" in each] == [LINK]


SAFE_IN_SLACK = {"header", "plain_text", "rich_text", "rich_text_section", "rich_text_list", "text", "link"}
"""None of them is ``mrkdwn``, in which Slack would read mentions, nor an element that is one."""


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


@fuzzed
@given(hostile)
def test_in_teams_a_text_is_a_run_in_which_nothing_is_read(text: str) -> None:
    body = teams.body(told(text))
    assert shape(body) == shape(teams.body(told("An honest question")))
    blocks = body["attachments"][0]["content"]["body"]  # type: ignore[index]
    assert {each["type"] for block in blocks for each in walk(block)} == {"RichTextBlock", "TextRun", "Action.OpenUrl"}
    assert not [each for each in texts(body) if "{{" in each or "${" in each]


class Seen(HTMLParser):
    """The tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[Any] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def letter(bulletin: Bulletin) -> Message:
    content: Any = mail.body(bulletin, MAIL)["Content"]
    return message_from_bytes(base64.b64decode(content["Raw"]["Data"]), policy=default)


@fuzzed
@given(hostile)
def test_in_a_mail_nothing_becomes_a_header_or_a_tag(text: str) -> None:
    found, honest = letter(told(text)), letter(told("An honest question"))
    assert found.keys() == honest.keys()
    assert (found["To"], found["From"]) == ("team@example.com", "Nightbell <bell@mail.example.com>")
    # Where a long subject is folded, a blank may become two.
    assert found["Subject"].split() == told(text).fitting().title.replace("=?", "= ?").split()
    assert not found.defects
    parts, wanted = ([part for part in each.walk() if not part.is_multipart()] for each in (found, honest))
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert Seen(parts[1].get_content()).tags == Seen(wanted[1].get_content()).tags  # type: ignore[attr-defined]
    assert len(parts[0].get_content().splitlines()) == len(wanted[0].get_content().splitlines())  # type: ignore[attr-defined]


@fuzzed
@given(hostile)
def test_nothing_that_cannot_be_seen_and_no_second_line_leaves(text: str) -> None:
    line = plain(text * 100, 80)
    assert len(line) <= 80
    assert line == line.strip()
    assert "  " not in line
    assert line.encode().decode() == line
    assert not set(line) & set("\r\n\t\x00\u2028\u2029\u202e\u202d\u2066\u200b\ufeff\u00ad")


@fuzzed
@given(st.lists(hostile, max_size=60))
def test_a_long_one_fits_what_the_vendors_take_and_says_how_many_lines_are_missing(found: list[str]) -> None:
    bulletin = Bulletin(
        title="Digest", sections=listed("Complaints", (Line(text=each, link=LINK) for each in found), 60)
    )
    chat = TeamChat()
    for name, body in (("slack", slack.body(bulletin)), ("teams", teams.body(bulletin))):
        path = {"slack": "/services/T0/B0/x", "teams": "/workflows/1/triggers/manual/paths/invoke"}[name]
        raw = json.dumps(body).encode()
        reply = getattr(chat, name)(Request(method="POST", path=path, query={"sig": "x"}, body=raw))
        assert reply.status < 300, reply.body
    lines = [line.text for section in bulletin.fitting().sections for line in section.lines]
    missing = re.fullmatch(r"and (\d+) more", lines[-1]) if lines else None
    assert len(lines) - bool(missing) + int(missing[1] if missing else 0) == len(found)


@fuzzed
@given(hostile)
def test_a_bulletin_is_read_back_from_the_table_as_it_was_written(text: str) -> None:
    made = told(text, lines=3).fitting()
    assert read_bulletin(write_bulletin(made)) == made
    assert all(len(line.text) <= MOST_LINE for line in made.sections[0].lines)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("See https://evil.example/pay now", "See https[:]//evil[.]example/pay now"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("http://203.0.113.7/x", "http[:]//203.0.113.7/x"),
        ("Write to ana@evil.example", "Write to ana@evil[.]example"),
        ("evil\u3002example", "evil[\u3002]example"),
        ("It cost 12.50, at 10:30. Why? No. 7...", "It cost 12.50, at 10:30. Why? No. 7..."),
    ],
)
def test_what_a_customer_wrote_holds_no_address_that_a_mail_reader_would_open(said: str, shown: str) -> None:
    assert quotable(said) == shown


@fuzzed
@given(hostile)
def test_no_text_of_a_customer_holds_the_beginning_of_an_address(text: str) -> None:
    assert not re.search(r"\w://|\w\.[a-z]", quotable(text))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://a.example/<x>", "https://a.example/ b", "//a.example", "ftp://a"]
)
def test_what_is_no_plain_address_is_no_link(link: str) -> None:
    made = Bulletin(title="x", sections=(Section(lines=(Line(text="x", link=link),)),))
    assert made.fitting().sections[0].lines[0].link == ""


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("slack", "https://hooks.slack.com/services/T0/B0/x", True),  # pragma: allowlist secret
        ("slack", "https://hooks.slack-gov.com/services/T0/B0/x", True),
        ("slack", "http://hooks.slack.com/services/T0/B0/x", False),
        ("slack", "https://hooks.slack.com.evil.example/services/T0/B0/x", False),
        ("slack", "https://hooks.slack.com@evil.example/services/T0/B0/x", False),
        ("slack", "https://hooks.slack.com:8443/services/T0/B0/x", False),
        ("slack", "https://169.254.169.254/services/latest", False),
        ("slack", "https://hooks.slack.com/triggers/T0/1/x", False),
        ("slack", "https://hooks.slack.com/services/{token}", False),
        ("slack", "", False),
        (
            "teams",
            "https://prod-23.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x",
            True,
        ),
        (
            "teams",
            "https://default1.2.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1?sig=x",
            True,
        ),
        ("teams", "https://contoso.webhook.office.com/webhookb2/1", False),
        ("teams", "https://evil.example/.logic.azure.com", False),
        ("teams", "https://a@evil.example#.logic.azure.com", False),
        ("teams", "https://x.logic.azure.com:8080/workflows/1", False),
        ("teams", "https://hooks.slack.com/services/T0/B0/x", False),  # pragma: allowlist secret
    ],
)
def test_only_the_vendors_own_addresses_are_called(kind: str, url: str, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    assert is_address(kind, url) is expected
