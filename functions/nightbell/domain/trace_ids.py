"""Short names for what a log line is about: they lead from line to line, and tell nobody who wrote."""

from hashlib import sha256


def trace_id(name: str) -> str:
    """Name a conversation or a message in logs.

    Their own ids hold telephone numbers and addresses on some platforms. Whoever knows the id finds its lines; from
    the lines alone, only somebody who tries every number finds the id.
    """
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
