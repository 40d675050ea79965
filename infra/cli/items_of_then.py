"""What items of an earlier time may be in the table now, so that nobody is answered twice for them.

What they say of sends is of their time: a unit that had not come to its end then may have been sent since, so it comes
back as uncertain, which the team is told, and nothing is sent for it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from nightbell.adapters.table_items import Item, attribute, from_ms, key, plain
from nightbell.domain.keys import BREAKER_SK, DESK, META, due_shard
from nightbell.domain.unit import UnitState

RESTORED = "brought back from a backup: whether it was sent after that was made, nobody can know"
OF_ITS_TIME = frozenset({"lease", "not_before", "sweeps", "told"})
"""What a worker of that time had to do with a unit."""
SKEW = timedelta(seconds=5)
"""By so much the items of one backup may differ in time, and clocks from each other, at the very most."""
MARKED = frozenset({"due_pk", "due_at", "due_since", "sweeps"})


def kind_of(item: Item) -> str:
    """Name an item's kind: by its sort key in conversations and accounts, by its partition key elsewhere."""
    pk, sk = plain(item["pk"]), plain(item["sk"])
    return str((sk if pk.startswith(("C#", "ACC#")) else pk).partition("#")[0])


def as_put_back(item: Item, now: datetime, shards: int) -> Item | None:
    """Make of an item of the copy what may stand in the table now; ``None`` where that is nothing."""
    if plain(item["sk"]) == BREAKER_SK or ("expires_at" in item and plain(item["expires_at"]) <= now.timestamp()):
        return None
    return uncertain(item, now, shards) if is_moving(item) else item


def is_moving(item: Item) -> bool:
    """Tell whether it is a unit that had not come to its end."""
    return "st" in item and not UnitState(plain(item["st"])).is_final


def uncertain(item: Item, now: datetime, shards: int) -> Item:
    """End a unit without sending anything: Sweep tells the team."""
    told: dict[str, object] = {
        "st": UnitState.UNCERTAIN.value,
        "rev": plain(item["rev"]) + 1,
        "reason": RESTORED,
        "due_pk": due_shard(plain(item["pk"]) + plain(item["sk"]), shards),
        "due_at": now,
        "due_since": now,
    }
    kept = {name: value for name, value in item.items() if name not in OF_ITS_TIME}
    return kept | {name: attribute(value) for name, value in told.items()}


def hushed(items: Sequence[Item], there: Mapping[str, Item]) -> list[Item]:
    """Have nobody told again by itself that it takes longer, in a conversation that waits: they may have been since.

    Args:
        items: What comes back of one conversation.
        there: What stands in the table by its sort key; where what people did stands, it tells who was told.
    """
    meta = next((item for item in (*items, *there.values()) if is_meta(item) and "waiting_pk" in item), None)
    if meta is None or DESK in there:
        return list(items)
    others = [item for item in items if plain(item["sk"]) != DESK]
    desk = next((item for item in items if plain(item["sk"]) == DESK), key(plain(meta["pk"]), DESK))
    kept = {name: value for name, value in desk.items() if name not in MARKED}
    return [*others, kept | {"held_episode": meta["episode"]}]


def was_moving(item: Item, made: datetime) -> bool:
    """Tell whether it is a unit that had not come to its end when a backup was made."""
    return is_moving(item) and from_ms(plain(item["created_at"])) < made + SKEW


def is_meta(item: Item) -> bool:
    """Tell whether it is a conversation's own item."""
    return bool(plain(item["sk"]) == META)
