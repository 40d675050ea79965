"""A bulletin as a message of Slack, by an incoming webhook.

Strangers' words stand in ``plain_text`` and in the text elements of ``rich_text``, where Slack reads neither mrkdwn nor
mentions; the one field that is read so, ``text``, holds the title with its three signs escaped.
Sources: Slack "Sending messages using incoming webhooks"; Block Kit "Header block", "Rich text block", "Link element",
"Text object"; "Formatting text for app surfaces" §Escaping text; "Rate limits" §Incoming webhooks (one a second).
"""

from nightbell.domain.bulletin import Bulletin, Line, Section

HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
Json = dict[str, object]


def body(bulletin: Bulletin) -> Json:
    """Write the request's body."""
    made = bulletin.fitting()
    return {
        "text": _escaped(made.title),
        # What is shown is what we wrote: no page behind a link is fetched for it.
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": made.title, "emoji": False}},
            *(_block(section) for section in made.sections if section.lines),
        ],
    }


def _block(section: Section) -> Json:
    heading: list[Json] = []
    if section.heading:
        said = {"type": "text", "text": section.heading, "style": {"bold": True}}
        heading = [{"type": "rich_text_section", "elements": [said]}]
    items = [{"type": "rich_text_section", "elements": _elements(line)} for line in section.lines]
    return {
        "type": "rich_text",
        "elements": [*heading, {"type": "rich_text_list", "style": "bullet", "elements": items}],
    }


def _elements(line: Line) -> list[Json]:
    said: Json = {"type": "text", "text": line.text}
    if not line.link:
        return [said]
    return [said, {"type": "text", "text": "  "}, {"type": "link", "url": line.link, "text": "Open"}]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
