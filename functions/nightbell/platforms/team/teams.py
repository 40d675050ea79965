"""A bulletin as a card of Microsoft Teams, by a workflow that waits for a webhook.

Everything stands in text runs, in which Teams reads no markdown, and there is no ``msteams.entities``, without which
``<at>`` is text. The older connectors' addresses and message cards are retired.
Sources: Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams"; "Create and send messages"
§Limitations (Workflows take Adaptive Cards only); Adaptive Cards "Text features" (no markdown in a RichTextBlock; dates
are filled in between double braces); "Format cards in Teams" §Mention support; "Format your bot messages" (28 KB).
"""

import re

from nightbell.domain.bulletin import Bulletin, Line, Section

HOSTS = (".logic.azure.com", ".api.powerplatform.com")
"""Endings of the addresses that workflows have."""
RETIRED = ("webhook.office.com", "outlook.office.com")
"""Of the connectors that were there before; what is posted there is lost."""
Json = dict[str, object]
_FILLED_IN = re.compile(r"([{$])(?=[{(])")
"""What a card's language would fill in: ``{{DATE(…)}}`` and ``${…}``."""


def body(bulletin: Bulletin) -> Json:
    """Write the request's body."""
    made = bulletin.fitting()
    blocks = [_run_block(made.title, size="Large", weight="Bolder")]
    for section in made.sections:
        blocks += _blocks(section)
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": blocks,
    }
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _blocks(section: Section) -> list[Json]:
    heading = [_run_block(section.heading, weight="Bolder")] if section.heading else []
    return [*heading, *map(_line, section.lines)]


def _line(line: Line) -> Json:
    runs = [_run(f"\u2022 {line.text}")]
    if line.link:
        opens = {"type": "Action.OpenUrl", "url": line.link}
        runs.append({**_run("  Open"), "color": "Accent", "selectAction": opens})
    return {"type": "RichTextBlock", "inlines": runs}


def _run_block(text: str, **style: str) -> Json:
    return {"type": "RichTextBlock", "inlines": [{**_run(text), **style}]}


def _run(text: str) -> Json:
    return {"type": "TextRun", "text": _FILLED_IN.sub(r"\1 ", text)}
