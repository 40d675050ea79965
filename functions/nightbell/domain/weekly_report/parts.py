"""What the page says, part by part: each a plot, with the same as a table behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nightbell.domain.business import Brand
from nightbell.domain.date_words import DATE_WORDS, words_of
from nightbell.domain.hours_words import hours_words
from nightbell.domain.local_time import instant_of
from nightbell.domain.weekly_report import plots
from nightbell.domain.weekly_report.figures import FEW, FEWEST, Figures
from nightbell.domain.weekly_report.saying import day, duration, number, percent
from nightbell.domain.weekly_report.spread import Spread
from nightbell.domain.weekly_report.tally import (
    ACK,
    AUTOMATIC,
    CLOSED,
    FIRST,
    MESSAGES,
    OPEN,
    OPENING,
    OUTCOMES,
    PERSON,
    PROMISES,
    WALL,
)
from nightbell.domain.weekly_report.words import Words, channel_name

NOTHING = "\u2013"
SLOWEST, SLOW = 0.95, 0.9
"""Whose automatic texts, and whose answers, a tail leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A week, the week before, and the words for both."""

    brand: Brand
    week: Figures
    before: Figures
    language: str
    words: Words

    def tiles(self) -> Iterator[str]:
        """Say the four figures that one looks for first."""
        words, week = self.words, self.week
        yield '<ul class="tiles">'
        yield _tile(words.messages, self.count(week.messages), self._compared(week.messages, self.before.messages))
        yield _tile(words.ack, *self._middle(week.ack(), self.before.ack(), 0.001))
        yield self._kept_tile()
        for came, name in ((OPEN, words.first_open), (CLOSED, words.first_closed)):
            shown, said = self._middle(week.first(came), self.before.first(came))
            yield _tile(f"{words.first}: {name}", shown, f"{said} · {words.opening}")
        yield "</ul>"

    def parts(self) -> Iterator[str]:
        """Say it all."""
        yield from (self._volume(), self._first(), self._hours(), self._promises(), self._acks())
        yield from (self._sends(), self._waiting())
        if self.week.ratings:
            yield self._ratings()
        yield self._how()

    # Words for figures

    @property
    def _compares(self) -> bool:
        """Whether all of the week before is known; half of it says nothing beside a whole one."""
        return not self.before.counted.missing

    def count(self, value: int) -> str:
        """Write a count."""
        return number(value, self.language)

    def kept(self, kept: int, of: int) -> str:
        """Write a share of promises: as counts where there are few."""
        counts = self.words.kept_of.format(kept=self.count(kept), of=self.count(of))
        return counts if of < FEW else f"{percent(kept / of, self.language)} ({counts})"

    def times(self, spread: Spread, tail: float, unit: float = 1) -> str:
        """Write how long it took most: nothing where there are too few to tell."""
        if spread.count < FEWEST:
            return self.words.fewest.format(least=FEWEST) if spread.count else NOTHING
        said = f"{self.words.median} {duration(spread.median * unit, self.language)}"
        return (
            said
            if spread.count < FEW
            else f"{said}, {self._tail(tail)} {duration(spread.at(tail) * unit, self.language)}"
        )

    def _tail(self, share: float) -> str:
        return self.words.within.format(share=percent(share, self.language))

    def _middle(self, spread: Spread, before: Spread, unit: float = 1) -> tuple[str, str]:
        """Write the middle and, below it, of how many, and what it was the week before."""
        shown = duration(spread.median * unit, self.language) if spread.count >= FEWEST else NOTHING
        if spread.count >= FEWEST:
            said = [self.words.faster.format(n=self.count(spread.count))]
        else:
            said = [self.words.fewest.format(least=FEWEST)]
        if before.count >= FEWEST and self._compares:
            said.append(self.words.before.format(value=duration(before.median * unit, self.language)))
        return shown, " · ".join(said)

    def _compared(self, now: int, then: int) -> str:
        if now == then or not self._compares:
            return self.words.same if now and self._compares else ""
        if min(now, then) < FEW:
            return self.words.before.format(value=self.count(then))
        pattern = self.words.more if now > then else self.words.less
        return pattern.format(share=percent(abs(now - then) / then, self.language), value=self.count(then))

    def _kept_tile(self) -> str:
        """Say the share in large, of how many in small; where there are few, only how many."""
        (kept, of), (kept_then, then) = self.week.promises(), self.before.promises()
        counts = self.words.kept_of.format(kept=self.count(kept), of=self.count(of))
        said = [counts] if of >= FEW else []
        said += [self.words.before.format(value=self.kept(kept_then, then))] if then and self._compares else []
        shown = percent(kept / of, self.language) if of >= FEW else counts if of else NOTHING
        return _tile(self.words.promises, shown, " · ".join(said))

    def _named(self, channel: str) -> str:
        return channel_name(channel, self.words)

    # Parts

    def _volume(self) -> str:
        words, now, then = self.words, self.week.by_channel(MESSAGES), self.before.by_channel(MESSAGES)
        channels = sorted(now | then, key=lambda each: (-now[each], -then[each], each))
        rows = [
            plots.Bar(label=self._named(each), value=now[each], before=then[each], shown=self.count(now[each]))
            for each in channels
        ]
        key = _key(("now", words.this_week), ("then", words.last_week))
        table = self._table(
            words.by_channel,
            (words.channel, words.this_week, words.last_week),
            [(self._named(each), self.count(now[each]), self.count(then[each])) for each in channels],
        )
        return self._section(words.by_channel, "", plots.bars(words.by_channel, rows) + key + table if rows else "")

    def _hours(self) -> str:
        words, counts = self.words, [[self.week.at(day, hour) for hour in range(24)] for day in range(7)]
        days = hours_words(self.language).short
        hint = words.hour_key.format(most=self.count(max(map(max, counts))))
        plot = plots.heat_map(words.by_hour, days, counts, [self._open_hours(number) for number in range(7)])
        names = (words_of(self.language) or DATE_WORDS["en"]).weekdays
        rows = [(names[number], *map(self.count, counts[number])) for number in range(7)]
        table = self._table(words.by_hour, (words.day, *map(str, range(24))), rows, kind="hours")
        return self._section(words.by_hour, hint, plot + table, wide=True)

    def _open_hours(self, number: int) -> list[bool]:
        date, zone = self.week.week.days[number], self.brand.zone
        starts = (instant_of(date, hour * 60, zone) for hour in range(24))
        return [self.brand.hours.stretch_at(start).is_open for start in starts]

    def _acks(self) -> str:
        spreads = {channel: self.week.ack(channel) for channel in self.week.channels(ACK)}
        rows = [(self._named(channel), spread) for channel, spread in spreads.items()]
        return self._timed(self.words.ack, self.words.ack_hint, rows, SLOWEST, 0.001)

    def _first(self) -> str:
        words, week = self.words, self.week
        rows = [
            (f"{said}, {clock}", week.first(came, name))
            for came, said in ((OPEN, words.first_open), (CLOSED, words.first_closed))
            for name, clock in ((OPENING, words.opening), (WALL, words.wall))
        ]
        if not week.answers:
            return self._section(words.first, words.first_hint, "")
        channels = [
            (f"{self._named(channel)}: {said}", week.first(came, OPENING, channel))
            for channel in week.channels(FIRST)
            for came, said in ((OPEN, words.first_open), (CLOSED, words.first_closed))
        ]
        more = [row for row in channels if row[1].count]
        return self._timed(words.first, words.first_hint, rows, SLOW, 1, more)

    def _timed(  # noqa: PLR0913, PLR0917 - what such a part is made of
        self,
        title: str,
        hint: str,
        rows: Sequence[tuple[str, Spread]],
        tail: float,
        unit: float,
        more: Sequence[tuple[str, Spread]] = (),
    ) -> str:
        words = self.words
        drawn = [
            plots.Range(
                label=name,
                middle=spread.median * unit if spread.count >= FEWEST else None,
                most=spread.at(tail) * unit if spread.count >= FEW else None,
                shown=self.times(spread, tail, unit),
            )
            for name, spread in rows
        ]
        plot = plots.ranges(title, drawn, lambda value: duration(value, self.language)) if rows else ""
        head = (words.channel, words.count, words.median, self._tail(tail))
        table = self._table(title, head, [(name, *self._cells(spread, tail, unit)) for name, spread in (*rows, *more)])
        return self._section(title, hint, plot + table if rows else "")

    def _cells(self, spread: Spread, tail: float, unit: float) -> tuple[str, str, str]:
        middle = duration(spread.median * unit, self.language) if spread.count >= FEWEST else NOTHING
        most = duration(spread.at(tail) * unit, self.language) if spread.count >= FEW else NOTHING
        return self.count(spread.count), middle, most

    def _promises(self) -> str:
        words, week = self.words, self.week
        found = [(self._named(each), *week.promises(each)) for each in week.channels(PROMISES)]
        found.sort(key=lambda row: (row[1] - row[2], row[0]))
        rows = [(name, kept, of, self.kept(kept, of)) for name, kept, of in found]
        key = _key(("kept", words.kept), ("broken", words.broken))
        table = self._table(
            words.promises,
            (words.channel, words.kept, words.broken),
            [(name, self.count(kept), self.count(of - kept)) for name, kept, of in found],
        )
        return self._section(
            words.promises, words.promises_hint, plots.shares(words.promises, rows) + key + table if rows else ""
        )

    def _sends(self) -> str:
        words, automatic, person = self.words, self.week.sends(AUTOMATIC), self.week.sends(PERSON)
        rows = [
            (words.outcomes[each], self.count(automatic[each]), self.count(person[each]))
            for each in OUTCOMES
            if automatic[each] or person[each]
        ]
        table = _plain_table(words.sends, ("", words.automatic, words.person), rows)
        return self._section(words.sends, "", table if rows else "")

    def _waiting(self) -> str:
        words, counted = self.words, self.week.counted
        if counted.waiting is None or counted.waiting_at is None:
            return self._section(words.waiting, words.unknown, " ")
        at = counted.waiting_at.astimezone(self.brand.zone)
        hint = words.waiting_at.format(at=f"{day(at.date(), self.language)}, {at:%H:%M}")
        rows = [(self._named(each), self.count(n)) for each, n in _most_first(counted.waiting)]
        rows += [(words.all, self.count(sum(counted.waiting.values())))] if rows[1:] else []
        return self._section(
            words.waiting, hint, _plain_table(words.waiting, (words.channel, words.count), rows) if rows else ""
        )

    def _ratings(self) -> str:
        words, ratings = self.words, self.week.ratings
        total = sum(ratings.values())
        average = sum(points * count for points, count in ratings.items()) / total
        hint = words.average.format(value=number(average, self.language, 1)) if total >= FEWEST else ""
        before = self.before.ratings
        rows = [
            plots.Bar(label=f"{points}", value=count, before=before.get(points, 0), shown=self.count(count))
            for points, count in sorted(ratings.items(), reverse=True)
        ]
        table = self._table(words.ratings, (words.points, words.count), [(row.label, row.shown) for row in rows])
        return self._section(words.ratings, hint, plots.bars(words.ratings, rows) + table)

    def _how(self) -> str:
        words = self.words
        known = {"half": words.median, "most": self._tail(SLOWEST), "least": FEWEST, "few": FEW}
        told = "".join(f"<p>{escape(each.format(**known))}</p>" for each in words.how.splitlines())
        return f'<section class="wide"><h2>{escape(words.how_title)}</h2>{told}</section>'

    def _section(self, title: str, hint: str, body: str, *, wide: bool = False) -> str:
        kind = ' class="wide"' if wide else ""
        said = f'<p class="faint">{escape(hint)}</p>' if hint else ""
        return f"<section{kind}><h2>{escape(title)}</h2>{said}{body or f'<p>{escape(self.words.none)}</p>'}</section>"

    def _table(self, title: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
        return (
            f"<details><summary>{escape(self.words.table)}</summary>{_plain_table(title, head, rows, kind)}</details>"
        )


def _plain_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    said = "".join(f'<th scope="col">{escape(each)}</th>' if each else "<td></td>" for each in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(each)}</td>" for each in row[1:])}</tr>'
        for row in rows
    )
    # Whoever has no mouse must be able to move a table that is too wide.
    given = f'<table class="{kind}">' if kind else "<table>"
    table = f"{given}<caption>{escape(title)}</caption><thead><tr>{said}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}">{table}</div>'


def _tile(name: str, shown: str, said: str) -> str:
    return f'<li><span>{escape(name)}</span><b>{escape(shown)}</b><span class="faint">{escape(said)}</span></li>'


def _key(*entries: tuple[str, str]) -> str:
    said = "".join(f'<span class="key {kind}"></span>{escape(name)}' for kind, name in entries)
    return f'<p class="faint">{said}</p>'


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
