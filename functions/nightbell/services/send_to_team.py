"""Send the team what it is owed, to each place at its own pace.

A try is written down before it is made. What is unclear is tried again and says so: an alert that comes twice costs a
look, and one that never comes costs a customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightbell.domain.alerts import ALERT, ANY_HOUR, Alert, alert_bulletin, read_alert, rings_now
from nightbell.domain.bulletin import Bulletin, read_bulletin
from nightbell.domain.business import Brand
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import team_pk
from nightbell.domain.team_place import TeamPlace
from nightbell.platforms.team.places import TIMEOUT_S, Taken, is_address, is_retired, request, taken
from nightbell.services.desk_reading import Standing
from nightbell.services.ports import Clock, PlatformApi, Secrets
from nightbell.services.tell_team import ends_at
from nightbell.services.write_outbox import Claimed, EndpointState, OutboxStore, Waiting

PAGE = 1000
READ = 30
"""Alerts of a message that are read; more are only counted."""
ROOM = timedelta(seconds=TIMEOUT_S + 4)
AGAIN_AFTER = timedelta(minutes=10)
"""What was claimed by a run that died comes again."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
LOUD_FROM = 5
"""Failures in a row from which an operator hears of it; about a quarter of an hour."""
TRIED_BEFORE = "This was tried before, so you may read it twice."

Standings = Callable[[Sequence[str]], Sequence[Standing]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """One message, and the items that it settles; ``beside`` are counted in it, and unread."""

    bulletin: Bulletin
    claimed: Sequence[Claimed]
    beside: Sequence[Waiting] = ()


class SendToTeam:
    """Sends what is due; a place that is slow, gone or in disorder takes nothing from the others."""

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        *,
        store: OutboxStore,
        standings: Standings,
        api: PlatformApi,
        secrets: Secrets,
        places: Sequence[TeamPlace],
        brands: Mapping[str, Brand],
        clock: Clock,
        stand_in: str = "",
    ) -> None:
        """Serve these places."""
        self._store, self._standings, self._brands = store, standings, brands
        self._api, self._secrets, self._clock = api, secrets, clock
        self._places, self._stand_in = places, stand_in

    def __call__(self, ends: datetime) -> list[Fact]:
        """Give each place its share of the time."""
        facts: list[Fact] = []
        for done, place in enumerate(self._places):
            now = self._clock.now()
            share = (ends - now) / (len(self._places) - done)
            try:
                facts += self._serve(place, now + share)
            except UnavailableError as error:
                facts.append(Fact(name="team_failed", fields={"place": place.name, "because": str(error)[:80]}))
        return facts

    def _serve(self, place: TeamPlace, ends: datetime) -> list[Fact]:
        pk, now = team_pk(place.name), self._clock.now()
        found = sorted(self._store.due(pk, now, PAGE), key=lambda each: each.sk)
        # In a calm minute this is all that is read.
        state = self._store.state(pk) if found else EndpointState()
        if state.paused_until and now < state.paused_until:
            return []
        facts: list[Fact] = []
        for take in self._turns(place, found):
            if ends - self._clock.now() < ROOM:
                break
            message, dropped = take()
            facts += dropped
            if message is None:
                continue
            said, rests = self._say(place, message, state.failures)
            facts += said
            if rests:
                break
        return facts

    def _turns(
        self, place: TeamPlace, found: Sequence[Waiting]
    ) -> list[Callable[[], tuple[_Message | None, list[Fact]]]]:
        """List what is to be said: all alerts in one message, first, and each bulletin in its own."""
        alerts = [each for each in found if each.sk.startswith(ALERT)]
        others = [each for each in found if not each.sk.startswith(ALERT)]
        first = [lambda: self._alerts(place, alerts)] if alerts else []
        return [*first, *(lambda each=each: self._bulletin(place, each) for each in others)]

    def _bulletin(self, place: TeamPlace, waiting: Waiting) -> tuple[_Message | None, list[Fact]]:
        claimed = self._claim(waiting)
        if claimed is None:
            return None, []
        if ends_at(claimed.sk) < self._clock.now():
            self._store.close(claimed, self._clock.now())
            return None, [Fact(name="team_given_up", alarm=True, fields={"place": place.name})]
        return _Message(bulletin=_marked(read_bulletin(claimed.body), [claimed]), claimed=[claimed]), []

    def _alerts(self, place: TeamPlace, found: Sequence[Waiting]) -> tuple[_Message | None, list[Fact]]:
        claimed = [each for waiting in found[:READ] if (each := self._claim(waiting))]
        read = {each.sk: read_alert(each.body) for each in claimed}
        ringing = self._still_ring(list(read.values()))
        for each in claimed:
            if read[each.sk] not in ringing:
                self._store.close(each, self._clock.now())
        kept = [each for each in claimed if read[each.sk] in ringing]
        settled = len(claimed) - len(kept)
        facts = [Fact(name="alerts_settled", count=settled, fields={"place": place.name})] if settled else []
        brand = self._brands.get(place.brand)
        if not kept or brand is None:
            return None, facts
        beside = found[READ:]
        made = alert_bulletin(brand.name, brand.zone, [read[each.sk] for each in kept], len(beside))
        return _Message(bulletin=_marked(made, kept), claimed=kept, beside=beside), facts

    def _still_ring(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Leave out what was answered meanwhile, and what has to wait for the digest since the brand closed."""
        pks = list(dict.fromkeys(each.conversation for each in alerts))
        standings = {each.pk: each.conversation for each in (self._standings(pks) if pks else ())}
        now = self._clock.now()
        open_now = {key: brand.hours.stretch_at(now).is_open for key, brand in self._brands.items()}

        def rings(alert: Alert) -> bool:
            found = standings.get(alert.conversation)
            if found is None or not found.is_waiting or found.episode != alert.episode:
                return False
            in_hand = found.is_held(now) and alert.ring not in ANY_HOUR
            return not in_hand and rings_now(alert.ring, is_open=open_now.get(alert.brand, True))

        return [each for each in alerts if rings(each)]

    def _claim(self, waiting: Waiting) -> Claimed | None:
        return self._store.claim(waiting, self._clock.now() + AGAIN_AFTER)

    def _say(self, place: TeamPlace, message: _Message, failures: int) -> tuple[list[Fact], bool]:
        """Send one message, and tell whether the place then rests."""
        outcome = self.try_once(place, message.bulletin)
        now, pk = self._clock.now(), team_pk(place.name)
        if not outcome.because:
            for each in message.claimed:
                self._store.close(each, now)
            for waiting in message.beside:
                self._store.close(Claimed(pk=waiting.pk, sk=waiting.sk, body="", tries=0), now)
            if failures:
                self._store.pause(pk, now, 0)
            return [Fact(name="team_told", fields={"place": place.name, "kind": place.kind})], False
        pause = LONGEST_PAUSE if outcome.lasts else min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE)
        until = now + max(pause, outcome.wait)
        for each in message.claimed:
            self._store.put_off(each, until)
        self._store.pause(pk, until, min(failures + 1, LOUD_FROM + 5))
        loud = outcome.lasts or failures + 1 >= LOUD_FROM
        told = {"place": place.name, "because": outcome.because}
        return [Fact(name="team_not_told", alarm=loud, fields=told)], True

    def try_once(self, place: TeamPlace, bulletin: Bulletin) -> Taken:
        """Send a bulletin to a place, past what it is owed."""
        url = ""
        if place.kind != "email":
            try:
                url = self._secrets.get("notify", place.name)[0]
            except MisconfiguredError:
                return Taken(because=f"no address: the secret notify/{place.name} was never set", lasts=True)
            if not is_address(place.kind, url):
                what = "of a retired connector" if is_retired(url) else f"no address of {place.kind}"
                return Taken(because=f"the secret notify/{place.name} is {what}", lasts=True)
        return taken(self._api.send(request(place, bulletin, url, self._stand_in)))


def _marked(bulletin: Bulletin, claimed: Sequence[Claimed]) -> Bulletin:
    return bulletin.saying_first(TRIED_BEFORE) if any(each.tries > 1 for each in claimed) else bulletin
