"""What the desk tells whoever is signed in: who they are, what waits, and a conversation from its beginning."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from nightbell.domain.business import Brand
from nightbell.domain.hours_override import Override
from nightbell.domain.told import iso
from nightbell.services.desk_api.access import GROUPS
from nightbell.services.desk_api.asked import Call, Given
from nightbell.services.desk_errors import Code, DeskError, unknown
from nightbell.services.desk_list import WaitingList
from nightbell.services.desk_story import Story
from nightbell.services.ports import Clock

JSON = "application/json"


class Telling:
    """The reading side of the routes."""

    def __init__(  # noqa: PLR0913 - what is told, by name
        self,
        *,
        waiting: WaitingList,
        story: Story,
        members: Callable[[str], Sequence[str]],
        brands: Mapping[str, Brand],
        clock: Clock,
        by_hand: Callable[[], Sequence[Override]],
    ) -> None:
        """Read by these services; ``members`` lists who is in a group, ``by_hand`` what was opened or closed so."""
        self._waiting = waiting
        self._story = story
        self._members = members
        self._brands = brands
        self._clock = clock
        self._by_hand = by_hand

    def me(self, call: Call) -> Given:
        """Say who asks, and whose customers are answered here."""
        brands = [
            {"id": key, "name": brand.name, "languages": list(brand.languages), "zone": str(brand.zone)}
            for key, brand in self._brands.items()
        ]
        agent = call.agent
        return _json(
            {"agent": agent.name, "groups": list(agent.groups), "brands": brands, "now": iso(self._clock.now())}
        )

    def colleagues(self, call: Call) -> Given:  # noqa: ARG002 - whoever asks gets the same
        """List to whom a conversation can be handed over."""
        return _json({"colleagues": self.names()})

    def names(self) -> Sequence[str]:
        """List who works at the desk."""
        return sorted({name for group in GROUPS for name in self._members(group)})

    def waiting(self, call: Call) -> Given:
        """List what waits."""
        asked = call.asked.query.get("brand", "")
        if asked and asked not in self._brands:
            raise DeskError(Code.INVALID, "The settings have no such brand.")
        listed = self._waiting([asked] if asked else None, snoozed=call.asked.query.get("snoozed") == "true")
        by_hand = [_plain(each) for each in self._by_hand() if each.is_running(listed.now)]
        what = {"rows": listed.rows, "more": listed.more, "snoozed": listed.snoozed, "by_hand": by_hand}
        # The time is left out of the tag: it alone is no news.
        return _json({"now": iso(listed.now), **what}, tag=_digest(what))

    def story(self, call: Call) -> Given:
        """Tell a conversation."""
        told = self._story(call.pk)
        if told is None:
            raise unknown(call.pk)
        news = {name: value for name, value in told.items() if name != "now"}
        return _json(told, tag=f"{told['revision']}-{_digest(news)}")


def _json(body: object, tag: str = "") -> Given:
    etag = {"etag": f'"{tag}"'} if tag else {}
    return Given(body=json.dumps(body, ensure_ascii=False), headers={"content-type": JSON, **etag})


def _plain(said: Override) -> Mapping[str, object]:
    return {
        "brand": said.scope.brand or None,
        "account_id": said.scope.account_id or None,
        "open": said.is_open,
        "until": iso(said.until),
        "by": said.by,
        "reason": said.reason or None,
    }


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
