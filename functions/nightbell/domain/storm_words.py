"""What the team reads of a storm: where, how many, and what is left to do."""

from collections.abc import Sequence

from nightbell.domain.bulletin import Bulletin, Line
from nightbell.domain.storm import News, Storm

_TITLES = {
    News.BEGAN: "Far more people than usual write in public: {name}",
    News.GOES_ON: "Still far more people than usual write in public: {name}",
    News.OVER: "No more people than usual write in public any more: {name}",
}
WHAT_HAPPENS = (
    "One line below each post speaks to all of them. Complaints and emergencies come first and get a line of their own"
    " as far as few lines allow. Everybody waits for you at the desk; nobody is lost."
)


def bulletin_of(  # noqa: PLR0913, PLR0917 - all that it says
    news: News, name: str, storm: Storm, minutes: int, posts: Sequence[Line], waiting: int, first: int
) -> Bulletin:
    """Write it.

    Args:
        news: What is told.
        name: Of the account, for people.
        storm: As it stands.
        minutes: Since it began.
        posts: Below which most of them write.
        waiting: How many of them nobody has answered yet.
        first: How many of those go before the others: complaints, emergencies and contacts who matter.
    """
    counted = f"{_people(storm.peak)} in its worst minute; {storm.threshold} in a minute make a storm there."
    if news is News.BEGAN:
        said = [Line(text=counted), *posts, Line(text=WHAT_HAPPENS)]
        if first:
            said.append(Line(text=f"{first} of them go before all others."))
    else:
        said = [Line(text=f"{_people(storm.people)} in {minutes} minutes, {counted}"), *posts]
        said.append(Line(text=f"{waiting} of them wait for an answer, {first} of these before all others."))
    return Bulletin(title=_TITLES[news].format(name=name)).with_lines(said)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
