"""How many sends the platforms document that they take from one account, by sender.

Where a platform tells no number, or one that depends on what we cannot know, :data:`OTHERS` holds, and the platform's
own "too many" makes pauses that grow.
"""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.domain.pace import Limit, Pace

_SECOND, _HOUR, _QUARTER = timedelta(seconds=1), timedelta(hours=1), timedelta(minutes=15)

LIMITS: Mapping[str, Limit] = {
    # Source: Meta "Messenger Platform: Rate Limits" §Send API: texts, links and stickers of a Page.
    "messenger": Limit(sends=300, within=_SECOND),
    # Source: Meta "Messenger Platform: Rate Limits" §Instagram Messaging, Send API.
    "instagram_direct": Limit(sends=300, within=_SECOND),
    # Source: Meta "Messenger Platform: Rate Limits" §Private Replies API.
    "facebook_private_reply": Limit(sends=750, within=_HOUR),
    "instagram_private_reply": Limit(sends=750, within=_HOUR),
    # Source: Meta "WhatsApp Cloud API: Throughput": 80 messages a second, both ways. A number that is used in the app
    # as well has 20, which the settings do not tell: it is slowed down once the platform says so.
    "whatsapp": Limit(sends=80, within=_SECOND),
    # Source: X "Rate limits" §Manage Posts, POST /2/tweets, by user.
    "x_posts": Limit(sends=100, within=_QUARTER),
    # Source: X "Rate limits" §Direct Messages, by user; 1,440 in 24 hours are the same pace.
    "x_direct": Limit(sends=15, within=_QUARTER),
    # Source: Telegram "Bots FAQ" §My bot is hitting limits: 30 messages a second in all.
    "telegram": Limit(sends=30, within=_SECOND),
}

OTHERS = Limit(sends=4800, within=timedelta(minutes=1))


def pace_of(sender: str) -> Pace:
    """Tell how fast an account may send by this sender."""
    return LIMITS.get(sender, OTHERS).pace
