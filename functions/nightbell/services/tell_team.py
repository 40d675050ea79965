"""Tell a brand's team something that is finished: a digest, a report, an alarm."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from nightbell.domain.bulletin import Bulletin, write_bulletin
from nightbell.domain.keys import team_pk
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.services.ports import Clock
from nightbell.services.write_outbox import OutboxStore

KEPT_FOR = timedelta(days=10)
BULLETIN = "BULLETIN#"


class TellTeam:
    """Writes down what each place is to be told; Notify sends it within a minute, and again until it is taken."""

    def __init__(self, store: OutboxStore, places: Sequence[TeamPlace], clock: Clock) -> None:
        """Know these places."""
        self._store, self._places, self._clock = store, places, clock

    def places(self, brand: str | None, gets: Gets) -> list[TeamPlace]:
        """List the places of a brand, or of all, that get such things."""
        return [each for each in self._places if gets in each.gets and brand in {None, each.brand}]

    def __call__(
        self, brand: str | None, gets: Gets, name: str, bulletin: Bulletin, *, until: datetime
    ) -> list[TeamPlace]:
        """Tell every place that gets such things, once under a name.

        Args:
            brand: Whose team; ``None`` for everybody's.
            gets: What kind it is.
            name: The same for what is the same, such as ``digest.2026-11-23``.
            bulletin: What it says.
            until: After which it is of no use to anybody; the same for the same name.

        Returns:
            The places that are told.

        Raises:
            UnavailableError: Some may have been told; again does no harm.
        """
        told, now = self.places(brand, gets), self._clock.now()
        body, sk = write_bulletin(bulletin.fitting()), bulletin_sk(f"{gets}\n{brand}\n{name}", until)
        for place in told:
            self._store.add(team_pk(place.name), sk, body, now, now + KEPT_FOR)
        return told


def bulletin_sk(name: str, until: datetime) -> str:
    """Name a bulletin's item, in which its end stands."""
    return f"{BULLETIN}{int(until.timestamp())}#{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def ends_at(sk: str) -> datetime:
    """Tell after when a bulletin is of no use."""
    return datetime.fromtimestamp(int(sk.split("#")[1]), UTC)
