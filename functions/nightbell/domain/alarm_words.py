"""A CloudWatch alarm in a sentence for the team.

Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes" §Amazon SNS (the message's JSON).
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightbell.domain.bulletin import Bulletin, Line, is_link

USEFUL_FOR = timedelta(hours=24)
_WHAT_TO_DO = re.compile(r"\s*What to do: (?P<where>\S+)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What an alarm says.

    Attributes:
        name: The same for the same change of the same alarm.
        at: When it changed, aware.
    """

    name: str
    at: datetime
    bulletin: Bulletin


def read_alarm(message: str) -> Alarm | None:
    """Read what the topic was told; ``None`` where it is no alarm's change."""
    try:
        found = json.loads(message)
        name, state = str(found["AlarmName"]), str(found["NewStateValue"])
        at = datetime.fromisoformat(found["StateChangeTime"])
        about = str(found.get("AlarmDescription") or "")
    except (ValueError, KeyError, TypeError):
        return None
    if at.tzinfo is None:
        return None
    what = _WHAT_TO_DO.search(about)
    where = what["where"] if what else ""
    lines = [Line(text=about[: what.start()] if what else about or name)]
    if where:
        lines.append(Line(text=f"What to do: {where}", link=where if is_link(where) else ""))
    title = f"Alarm: {name}" if state == "ALARM" else f"{'Over' if state == 'OK' else 'Not known'}: {name}"
    return Alarm(name=f"{name}.{state}.{at.isoformat()}", at=at, bulletin=Bulletin(title=title).with_lines(lines))
