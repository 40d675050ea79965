"""What the phone page shows, as one JSON object."""

from collections.abc import Iterable
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.desk_people import PEOPLE
from infra.local.human_queue import latest
from infra.local.platforms.courier import Delivery
from infra.local.platforms.vendor import Bubble, Contact, SimulatedVendor
from infra.local.shifted_clock import moments
from infra.local.team import Team

LAST_DELIVERIES = 12


def page_state(
    cloud: LocalCloud, team: Team, shown: tuple[SimulatedVendor, Contact] | None, moment: str
) -> dict[str, Any]:
    """Collect everything that one look at the page needs."""
    queue = cloud.human_queue()
    delivered = [each for vendor in cloud.vendors.values() for each in list(vendor.log) if each.attempts]
    delivered.sort(key=lambda each: each.attempts[0].at)
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
        "bubbles": bubbles_state(shown[0].transcript(shown[1])) if shown else [],
        "posts": shown[0].posts(shown[1]) if shown else [],
        "queue": [message | {"desk": team.standing(message["conversation_id"])} for message in latest(queue)],
        "queue_length": len(queue),
        "people": [
            {"name": name, "group": PEOPLE[name].removesuffix("s"), "password": password}
            for name, password in cloud.passwords.items()
        ],
        "deliveries": [_delivery_state(delivery) for delivery in delivered[-LAST_DELIVERIES:]],
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
            "by": bubble.by,
            "subject": bubble.subject,
            "buttons": [{"title": b.title, "payload": b.payload, "kind": b.kind} for b in bubble.buttons],
        }
        for bubble in bubbles
    ]


def _delivery_state(delivery: Delivery) -> dict[str, Any]:
    return {
        "what": delivery.what[:80],
        "bytes": len(delivery.body),
        "attempts": [{"status": attempt.status, "ms": attempt.ms} for attempt in delivery.attempts],
        "given_up": delivery.given_up,
    }
