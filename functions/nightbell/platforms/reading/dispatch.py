"""From an item of a platform's JSON to an event: name its kind, look up the consequence, build."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from nightbell.domain.events import Attachment, Broken, Event, MessageRole, Noise, Unknown
from nightbell.platforms.reading.consequence import Consequence, Row
from nightbell.platforms.reading.fields import Fields, ShapeError, as_json, fields, optional_list

OWN_POST = ".own_post"
"""How the kind of a post ends that the account itself wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stood in the delivery.

    Attributes:
        channel: Registry key, such as ``messenger``.
        account_id: The Page's or the number's id.
        received_at: Our clock, aware, UTC.
        alone: Makes the delivery that would have brought the item and nothing else.
        standby: Another app owns the thread.
    """

    channel: str
    account_id: str
    received_at: datetime
    alone: Callable[[object], object]
    standby: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a contact said, before it is known who and when.

    Attributes:
        understood: False where the item had a part that we do not know; its JSON is then kept.
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    choice: str | None = None
    given_email: str | None = None
    given_phone: str | None = None
    understood: bool = True


Build = Callable[[str, Fields, Place], Event]
Alone = Callable[[Fields], object]
"""Makes the delivery that would have brought this part and nothing else."""


class UndeclaredError(Exception):
    """The item is of a kind that nobody declared; never leaves the parser.

    Attributes:
        kind: Its name, already safe to log.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_all(
    parent: Fields, name: str, channel: str, read: Callable[[object], list[Event]], alone: Alone
) -> list[Event]:
    """Read every item of an array; an array that is none never spoils the arrays beside it."""
    try:
        items = optional_list(parent, name)
    except ShapeError as error:
        return [Broken(kind=channel, channel=channel, reason=str(error), raw=as_json(alone({name: parent[name]})))]
    return [event for item in items for event in read(item)]


@dataclass(frozen=True, slots=True)
class Table:
    """A platform's table of consequences, by which its items are read."""

    rows: Mapping[str, Row]

    def read_item(
        self,
        item: object,
        place: Place,
        name: Callable[[Fields, Place], str],
        build: Mapping[Consequence, Build],
    ) -> Event:
        """Read one item; one that is broken or unknown never spoils its neighbours."""
        kind = place.channel
        try:
            item_fields = fields(item, "the item")
            kind = name(item_fields, place)
            return build[self.rows[kind].consequence](kind, item_fields, place)
        except UndeclaredError as undeclared:
            return Unknown(kind=undeclared.kind, channel=place.channel)
        except ShapeError as error:
            return Broken(kind=kind, channel=place.channel, reason=str(error), raw=as_json(place.alone(item)))

    def noise(self, kind: str, channel: str, detail: str = "") -> Noise:
        """Count an event, with an alarm where its row says so."""
        return Noise(kind=kind, channel=channel, alarm=self._is(kind, Consequence.ALARM), detail=detail)

    def build_noise(self, kind: str, _: Fields, place: Place) -> Noise:
        """Count an item whose content does not matter; of a post of the account's own, say whose it is."""
        found = self.noise(kind, place.channel)
        return replace(found, account_id=place.account_id) if kind.endswith(OWN_POST) else found

    def role_of(self, kind: str) -> MessageRole:
        """Tell from the kind's row whether a contact spoke or changed something."""
        return MessageRole.CHANGE if self._is(kind, Consequence.CHANGE) else MessageRole.MESSAGE

    def _is(self, kind: str, consequence: Consequence) -> bool:
        return self.rows[kind].consequence is consequence
