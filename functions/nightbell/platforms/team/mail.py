"""A bulletin as a mail: plain text and, beside it, the same in escaped HTML.

The library writes the headers, and a text for it is one line already, so that nothing begins a header of its own.
Sources: Amazon SES API v2 reference, SendEmail §Content, Raw; RFC 2046 §5.1.4 (alternatives); RFC 3834 §5
(``Auto-Submitted``, which keeps other machines from answering).
"""

import base64
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from nightbell.domain.bulletin import Bulletin, Line, Section
from nightbell.domain.team_place import TeamPlace

Json = dict[str, object]


def body(bulletin: Bulletin, place: TeamPlace) -> Json:
    """Write the call of SES's SendEmail with a mail that is written out."""
    made = bulletin.fitting()
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"Nightbell <{place.sender}>", place.to
    # The library takes these two signs for the beginning of an encoded word, and would decode it.
    mail["Subject"] = made.title.replace("=?", "= ?")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(_text(made)) + "\n", cte="base64")
    mail.add_alternative("\n".join(_html(made)) + "\n", subtype="html", cte="base64")
    return {
        "FromEmailAddress": place.sender,
        "Destination": {"ToAddresses": [place.to]},
        "Content": {"Raw": {"Data": base64.b64encode(mail.as_bytes()).decode()}},
    }


def _text(bulletin: Bulletin) -> Iterator[str]:
    yield bulletin.title
    for section in bulletin.sections:
        yield ""
        if section.heading:
            yield section.heading
        for line in section.lines:
            yield f"- {line.text}"
            if line.link:
                yield f"  {line.link}"


def _html(bulletin: Bulletin) -> Iterator[str]:
    yield '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
    yield f"<h2>{escape(bulletin.title)}</h2>"
    for section in bulletin.sections:
        yield from _html_section(section)
    yield "</body></html>"


def _html_section(section: Section) -> Iterator[str]:
    if section.heading:
        yield f"<h3>{escape(section.heading)}</h3>"
    yield "<ul>"
    yield from map(_item, section.lines)
    yield "</ul>"


def _item(line: Line) -> str:
    opens = f' <a href="{escape(line.link)}">Open</a>' if line.link else ""
    return f"<li>{escape(line.text)}{opens}</li>"
