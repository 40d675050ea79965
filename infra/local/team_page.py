"""What the team reads in its chats, as a page of the local cloud."""

from collections.abc import Sequence
from html import escape

from infra.local.platforms.team_chat import Posted


def team_page(posted: Sequence[Posted]) -> str:
    """Write the newest first; what stands in it came from customers, and is escaped."""
    shown = "".join(_message(each) for each in reversed(posted)) or "<p>Nothing yet.</p>"
    head = '<meta charset="utf-8"><title>The team\'s chats</title><link rel="icon" href="/bell.svg">'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><h1>The team\'s chats</h1>{shown}</body></html>'


def _message(posted: Posted) -> str:
    title, *lines = posted.lines or ("",)
    said = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<article><h2>{escape(posted.channel)}: {escape(title)}</h2><ul>{said}</ul></article>"
