"""How what is kept in quarantine is named."""

from collections.abc import Mapping
from hashlib import sha256


def kept_name(raw: bytes, path: str = "", query: Mapping[str, str] | None = None) -> str:
    """Name what was delivered: the same for the same bytes at the same address, so that it is kept once.

    Whatever came without path and query is named by its bytes alone.
    """
    found = sha256(raw)
    if path or query:
        # Each with its length, so that no body can be another's beginning with the rest in its path.
        parts = [path, *(part for pair in sorted((query or {}).items()) for part in pair)]
        told = [part.encode("utf-8", "surrogatepass") for part in parts]
        found = sha256(found.digest() + b"".join(len(each).to_bytes(4) + each for each in told))
    return found.hexdigest()[:32]
