"""How calls to a voicemail are named in the table."""

from urllib.parse import unquote

from nightbell.domain.keys import encode_part


def call_pk(call_id: str) -> str:
    """Name one call to a voicemail, as the platform does."""
    return f"CALL#{encode_part(call_id)}"


def call_id_of(pk: str) -> str:
    """Read the id back out of :func:`call_pk`."""
    return unquote(pk.removeprefix("CALL#"))


CALL_SK = "CALL"
