"""How requests to delete are named in the table: those of people, of operators, and of whoever takes a message back."""

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
