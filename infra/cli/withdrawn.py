"""What a copy still holds of messages whose words were taken back, or given back to a platform, since it was made.

The message itself may be lost; the work that was left then tells of it, and stays.
"""

from collections.abc import Iterable, Sequence

from nightbell.adapters.table_items import Item, plain
from nightbell.domain.keys import message_sk
from nightbell.domain.requests import LENT, TAKEN_BACK
from nightbell.domain.taking_back import EDIT_OF

WORKS = (f"{TAKEN_BACK}#", f"{LENT}#")


def without_withdrawn(missing: Sequence[Item], works: Iterable[Item]) -> list[Item]:
    """Leave out such messages, their variants and edits, and what a list shows of the latest one.

    Args:
        missing: What would come back of one conversation.
        works: Of the kinds in ``WORKS``, as they stand in the table.
    """
    gone = {f"M{plain(work['sk'])[1:]}" for work in works if "done_at" in work}
    if not gone:
        return list(missing)
    return [
        {name: value for name, value in item.items() if name != "preview"}
        for item in missing
        if not _names(item) & gone
    ]


def _names(item: Item) -> set[str]:
    """Name the messages that it tells of, as their own items are named."""
    sk = str(plain(item["sk"]))
    if not sk.startswith("M#"):
        return set()
    attachments = plain(item["att"]) if "att" in item else ()
    edits = {message_sk(each["reference"]) for each in attachments if each["kind"] == EDIT_OF}
    return {sk, sk.partition("!")[0], *edits}
