"""Tell the team what an alarm says, also where the table is what is wrong."""

from collections.abc import Sequence

from nightbell.domain.alarm_words import USEFUL_FOR, Alarm, read_alarm
from nightbell.domain.errors import UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.services.send_to_team import SendToTeam
from nightbell.services.tell_team import TellTeam


class TellAlarm:
    """Writes alarms down for every place that gets them, or sends them past the table."""

    def __init__(self, tell: TellTeam, send: SendToTeam) -> None:
        """Tell these places."""
        self._tell, self._send = tell, send

    def __call__(self, messages: Sequence[str]) -> list[Fact]:
        """Tell what a topic was told."""
        return [fact for message in messages if (alarm := read_alarm(message)) for fact in self._told(alarm)]

    def _told(self, alarm: Alarm) -> list[Fact]:
        try:
            self._tell(None, Gets.ALARMS, alarm.name, alarm.bulletin, until=alarm.at + USEFUL_FOR)
        except UnavailableError:
            # Rather twice than never: nobody can remember now that it was told.
            return [self._past_the_table(alarm)]
        return []

    def _past_the_table(self, alarm: Alarm) -> Fact:
        places = self._tell.places(None, Gets.ALARMS)
        return Fact(name="alarms_told_directly", count=sum(self._took(place, alarm) for place in places))

    def _took(self, place: TeamPlace, alarm: Alarm) -> bool:
        try:
            return not self._send.try_once(place, alarm.bulletin).because
        except UnavailableError:
            # Its address cannot be read now; that keeps nothing from the others.
            return False
