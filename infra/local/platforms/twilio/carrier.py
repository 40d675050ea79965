"""What Twilio heeds and answers by itself: the words by which a contact keeps a number away.

Source: Twilio's support page "Twilio support for opt-out keywords". Its answers are in our own words.
"""

import threading

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})


class Carrier:
    """Remembers who keeps which number away."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._blocked: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def hear(self, number: str, contact_id: str, text: str) -> str:
        """Heed a message; returns the carrier's own answer, empty for an ordinary message."""
        word, pair = text.strip().upper(), (number, contact_id)
        with self._lock:
            if word in STOP:
                self._blocked.add(pair)
                return "You will get no more messages from this number. Reply START to get them again."
            if word in START:
                was_blocked = pair in self._blocked
                self._blocked.discard(pair)
                return "You get messages from this number again." if was_blocked else ""
            return "Reply STOP to get no more messages from this number." if word in HELP else ""

    def blocks(self, number: str, contact_id: str) -> bool:
        """Tell whether a message would be kept away."""
        with self._lock:
            return (number, contact_id) in self._blocked
