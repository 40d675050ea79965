"""What the phone page shows, as one JSON object."""

from collections.abc import Iterable
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.human_queue import latest
from infra.local.platforms.courier import Delivery
from infra.local.platforms.meta.outsiders import INBOX
from infra.local.platforms.meta.people import Bubble, Contact
from infra.local.posts_state import posts_state
from infra.local.shifted_clock import moments
from infra.local.team import Team

LAST_DELIVERIES = 12


def page_state(cloud: LocalCloud, team: Team, contact: Contact | None, moment: str) -> dict[str, Any]:
    """Collect everything that one look at the page needs."""
    queue = cloud.human_queue()
    return {
        "clock": _clock_state(cloud, moment),
        "accounts": [
            {
                "channel": channel,
                "id": account_id,
                "name": account.name or account.brand.name,
                "brand": account.brand.name,
            }
            for (channel, account_id), account in cloud.business.accounts.items()
        ],
        "bubbles": bubbles_state(cloud.meta.transcript(contact)) if contact else [],
        "posts": posts_state(cloud.meta, contact) if contact else [],
        "queue": [message | {"desk": team.standing(message["conversation_id"])} for message in latest(queue)],
        "queue_length": len(queue),
        "deliveries": [_delivery_state(delivery) for delivery in cloud.meta.courier.log[-LAST_DELIVERIES:]],
    }


def _clock_state(cloud: LocalCloud, moment: str) -> dict[str, Any]:
    account = next(iter(cloud.business.accounts.values()))
    now = cloud.clock.now()
    known = moments(account.hours, now - cloud.clock.shift, account.brand.promise)
    return {
        "now": now.isoformat(),
        "zone": account.brand.zone.key,
        "moment": moment,
        "open": account.hours.stretch_at(now).is_open,
        "why": account.hours.reason_on(now.astimezone(account.brand.zone).date()),
        "moments": {name: at.isoformat() for name, at in known.items()},
    }


def bubbles_state(bubbles: Iterable[Bubble]) -> list[dict[str, Any]]:
    """Turn a transcript into JSON."""
    return [
        {
            "author": bubble.author,
            "text": bubble.text,
            "id": bubble.message_id,
            "at": bubble.at.isoformat(),
            "after_ms": bubble.after_ms,
            "about": bubble.about,
            "by": _by(bubble.app_id),
            "buttons": [{"title": b.title, "payload": b.payload, "kind": b.kind} for b in bubble.buttons],
        }
        for bubble in bubbles
    ]


def _by(app_id: str) -> str:
    """Say who else wrote for the business; nothing where it was we."""
    if not app_id:
        return ""
    return "a person in the inbox" if app_id in INBOX.values() else "another app"


def _delivery_state(delivery: Delivery) -> dict[str, Any]:
    return {
        "what": delivery.what[:80],
        "bytes": len(delivery.body),
        "attempts": [{"status": attempt.status, "ms": attempt.ms} for attempt in delivery.attempts],
        "given_up": delivery.given_up,
    }
