"""Strict reading of forms (``application/x-www-form-urlencoded``) that a platform sent."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from nightbell.domain.errors import NotUnderstoodError

MAX_FIELDS = 500
"""More than any platform sends: Twilio's largest has about sixty, ten media files included."""


def read_form(body: bytes) -> Mapping[str, tuple[str, ...]]:
    """Read every field with its values in their order; one without a value is there with an empty one.

    Raises:
        NotUnderstoodError: The body is not UTF-8, not even behind its escapes, or has too many fields.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        # Not the error's own text: it may quote the body.
        raise NotUnderstoodError(f"the body is not a form ({type(error).__name__})") from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields
