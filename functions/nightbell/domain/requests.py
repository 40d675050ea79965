"""How what must be deleted is named in the table.

It is asked for by people, by operators, by whoever takes a message back, and by a platform that only lends words.
"""

from nightbell.domain.keys import message_sk

DELETION_SK = "DELETION"
DEAUTHORIZED_SK = "DEAUTHORIZED"


def request_pk(code: str) -> str:
    """Name what a platform asked in the name of a person."""
    return f"ASK#{code}"


def request_code(pk: str) -> str:
    """Read the code back out of :func:`request_pk`."""
    return pk.removeprefix("ASK#")


FORGOTTEN_PREFIX = "FORGOTTEN#"


def forgotten_sk(up_to: int) -> str:
    """Name the record that a conversation was forgotten up to a number: the same for a second try."""
    return f"{FORGOTTEN_PREFIX}{up_to:012d}"


TAKEN_BACK = "B"
"""Of the sort key, the part before the ``#``."""


def taken_back_sk(message_id: str) -> str:
    """Name the work that is left when a contact takes a message back: its other variants and its edits."""
    return f"{TAKEN_BACK}{message_sk(message_id)[1:]}"


LENT = "K"
"""Of the sort key, the part before the ``#``."""
_LENT_IN_QUARANTINE = "LENT#"


def lent_sk(message_id: str, variant: str = "") -> str:
    """Name the work that a message's words must be given back in time."""
    return f"{LENT}{message_sk(message_id, variant)[1:]}"


def lent_pk(name: str) -> str:
    """Name the same work for what lies in quarantine."""
    return f"{_LENT_IN_QUARANTINE}{name}"


def lent_in_quarantine(pk: str) -> bool:
    """Tell whether it is about something in quarantine."""
    return pk.startswith(_LENT_IN_QUARANTINE)
