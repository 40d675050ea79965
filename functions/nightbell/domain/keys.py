"""How things are named in the table.

Every part of a key is percent-encoded before it is joined: a raw ``#`` or ``.`` in a platform's
id would otherwise let two conversations share one key.
"""

from datetime import date
from hashlib import sha256
from urllib.parse import quote, unquote

MAX_KEY_BYTES = 1024
SEQ_DIGITS = 12
VARIANT_ROOM = 16
META = "META"
DESK = "DESK"
"""What people did about a conversation."""
OVERRIDE_PK, OVERRIDE_SK = "HOURS", "OVERRIDE"
"""What was opened or closed by hand."""
DESK_UNITS = "D"
"""The part of a sort key before its ``#``."""


def encode_part(part: str) -> str:
    """Make one part safe to join with ``#``, ``.`` and ``!``."""
    return quote(part, safe="", errors="surrogatepass").replace(".", "%2E").replace("~", "%7E")


def _bounded(key: str, prefix: str, room: int = 0) -> str:
    if len(key) <= MAX_KEY_BYTES - room:
        return key
    return f"{prefix}~{sha256(key.encode()).hexdigest()}"


def conversation_pk(channel: str, account_id: str, contact_id: str) -> str:
    """Name a conversation's partition; also the id that people and queues use for it."""
    parts = (channel, account_id, contact_id)
    return _bounded("C#" + ".".join(encode_part(p) for p in parts), "C#")


def split_conversation_pk(pk: str) -> tuple[str, str, str] | None:
    """Take a conversation's id apart into channel, account and contact.

    Returns:
        ``None`` where it is no conversation's id, or one so long that it was hashed.
    """
    parts = pk.removeprefix("C#").split(".")
    if not pk.startswith("C#") or len(parts) != 3:  # noqa: PLR2004 - channel, account, contact
        return None
    channel, account_id, contact_id = (unquote(p) for p in parts)
    return channel, account_id, contact_id


def message_sk(message_id: str, variant: str = "") -> str:
    """Name a message by the platform's id; ``variant`` tells other content under one id apart."""
    suffix = f"!{variant}" if variant else ""
    # The room is kept without a variant, too: one id must not get two names.
    return _bounded(f"M#{encode_part(message_id)}", "M#", room=VARIANT_ROOM) + suffix


def unit_sk(seq: int) -> str:
    """Name a unit by the number of the message that opened it."""
    return f"A#{seq:0{SEQ_DIGITS}d}"


def unit_seq(sk: str) -> int:
    """Read the number back out of :func:`unit_sk`.

    Raises:
        ValueError: if it is not a unit's sort key.
    """
    if not sk.startswith("A#"):
        message = f"not a unit's sort key: {sk!r}"
        raise ValueError(message)
    return int(sk[2:])


def desk_unit_sk(number: int) -> str:
    """Name a unit that the desk made by the number it gave out."""
    return f"{DESK_UNITS}#{number:0{SEQ_DIGITS}d}"


def log_sk(number: int) -> str:
    """Name what somebody at the desk did, by the number it gave out."""
    return f"L#{number:0{SEQ_DIGITS}d}"


def consent_sk(seq: int, way: str = "") -> str:
    """Name the record of a contact's consent by the number of the message that gave it; of a further one, its way."""
    return f"P#{seq:0{SEQ_DIGITS}d}" + (f".{way}" if way else "")


def account_pk(channel: str, account_id: str) -> str:
    """Name the partition of one of the business's accounts."""
    return _bounded(f"ACC#{encode_part(channel)}.{encode_part(account_id)}", "ACC#")


BREAKER_SK = "BRK"
CHECK_SK = "CHK"
"""When the account was last found in order."""


def line_sk(post: str) -> str:
    """Name the one line of a storm below a post, in the partition of the account."""
    return _bounded(f"LINE#{encode_part(post)}", "LINE#")


def heard_sk(week: date) -> str:
    """Name how much an account heard in the week that begins then."""
    return f"HEARD#{week.isoformat()}"


def reference_pk(brand: str, code: str) -> str:
    """Name the item that finds a conversation by its reference code."""
    return f"REF#{encode_part(brand)}#{encode_part(code)}"


REFERENCE_SK = "REF"


def given_pk(brand: str, way: str, address: str) -> str | None:
    """Name the item that finds a conversation by an address or a number that the contact gave there.

    Returns:
        ``None`` for a number without its country, which may be anybody's.
    """
    plain = _plain_number(address) if way == "phone" else address.strip().lower()
    if not plain:
        return None
    digest = sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"GIVEN#{encode_part(brand)}#{encode_part(way)}#{digest}"


def _plain_number(number: str) -> str:
    digits = "".join(each for each in number if each in "0123456789")
    if number.strip().startswith("+"):
        return digits
    return digits.removeprefix("00") if number.strip().startswith("00") else ""


GIVEN_SK = "GIVEN"


def thread_pk(channel: str, account_id: str, thread: str) -> str:
    """Name the item that finds a conversation by a public comment or post."""
    return _bounded("T#" + ".".join(encode_part(p) for p in (channel, account_id, thread)), "T#")


THREAD_SK = "T"


def author_pk(account_id: str, author_id: str) -> str:
    """Name the partition that lists what one person said in public on an account; sorted by conversation."""
    return _bounded("BY#" + ".".join(encode_part(p) for p in (account_id, author_id)), "BY#")


def quarantine_pk(month: str) -> str:
    """Name the quarantine of one month, ``yyyy-mm``."""
    return f"Q#{month}"


def spilled_pk(month: str) -> str:
    """Name the records of spilled deliveries that a person looked after, of one month, ``yyyy-mm``."""
    return f"SPILLED#{month}"


def kept_sk(name: str, part: int) -> str:
    """Name one part of what is kept in quarantine, or the record of a spilled delivery."""
    return f"{name}#{part}"


def spill_part_pk(spill_id: str) -> str:
    """Name the parts of one spilled delivery that wait for the others."""
    return f"SPILL#{spill_id}"


def due_shard(pk: str, shards: int) -> str:
    """Spread what must move over the shards of the ``due`` index, always the same for one key."""
    return f"DUE#{int(sha256(pk.encode()).hexdigest()[:8], 16) % shards}"


def waiting_shard(brand: str) -> str:
    """Name a brand's list in the ``waiting`` index."""
    return f"WAIT#{encode_part(brand)}"


def outbox_pk(webhook: str) -> str:
    """Name the partition of what an endpoint is to be told, and its list in the index ``due``."""
    return f"OUT#{webhook}"


def outbox_sk(conversation: str, revision: int) -> str:
    """Name what was told of a conversation; what is told twice has one name."""
    return f"{sha256(conversation.encode()).hexdigest()[:32]}.{revision}"


BRANDS_PK = "BRANDS"
"""The partition that lists the brands that the settings ever had, by their keys."""

OUTBOX_STATE_SK = "STATE"
"""How an endpoint stands."""


def team_pk(place: str) -> str:
    """Name the partition of what a place of the team is to be told, and its list in the index ``due``."""
    return f"TEAM#{place}"


def posted_pk(brand: str) -> str:
    """Name the partition of what a brand itself posted, and its list in the index ``due``; no place is named so."""
    return f"TEAM#.posted.{brand}"
