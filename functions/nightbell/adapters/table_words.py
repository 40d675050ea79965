"""What a message says that was looked up after it was stored, and what that changes about its conversation."""

from collections.abc import Mapping

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_client import Refused, TableClient
from nightbell.adapters.table_items import conversation_values, values
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import META, message_sk

SAID_BY = "said_by"
"""Kind of the attachment that names who wrote what was looked up: a display name, and no id."""


def read_references(table: TableClient, pk: str, message_id: str) -> Mapping[str, str] | None:
    """Read a message's references by their kind; ``None`` where its words are known, or are not to be."""
    found = values(table.get(pk, message_sk(message_id)) or {})
    if "txt" in found or "blanked_at" in found:
        return None
    return {each["kind"]: each["reference"] for each in found.get("att", ()) if "reference" in each}


def note_words(table: TableClient, pk: str, message_id: str, text: str, author: str | None) -> None:
    """Write down what was looked up; nothing where the message was blanked meanwhile."""
    sk = message_sk(message_id)
    beside = values(table.get(pk, sk) or {}).get("att", [])
    said_by = [{"kind": SAID_BY, "detail": _storable(author)}] if author else []
    table.update(pk, sk, e.WORDS, e.WORDS_IF, txt=_storable(text), att=[*beside, *said_by])


def heed(table: TableClient, pk: str, read: Conversation, heeded: Conversation) -> bool:
    """Write what looked-up words change about a conversation. False when it is not as it was read any more."""
    before, after = conversation_values(read), conversation_values(heeded)
    update, used = e.HEED, {"about": after["about"], "lang": after["lang"], "read_last": read.last_seq}
    for name in ("reasons", "opted_out"):
        if after[name]:
            update, used = f"{update}, {name} = :{name}", used | {name: after[name]}
    same = e.REASONS_NONE_IF
    if read.reasons:
        same, used = e.REASONS_SAME_IF, used | {"read_reasons": before["reasons"]}
    return not isinstance(table.update(pk, META, update, f"{e.HEED_IF} AND {same}", **used), Refused)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
