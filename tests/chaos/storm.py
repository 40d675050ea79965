"""Twenty thousand comments in ten minutes: few lines, complaints first, everybody handed over, and over by itself."""

from collections.abc import Iterator
from datetime import timedelta

from nightbell.domain.facts import Fact
from tests.chaos.part import Part, Report, Run
from tests.chaos.storm_stage import COMPLAINT, LINE, QUESTION, Site
from tests.contract.world import OPEN

MINUTES = 10
COMPLAINTS_EVERY = 40
MOST_BEFORE = 90
"""Lines before a storm is seen: three times what makes one."""
MOST_IN = 12
"""Lines in any minute of a storm: what the settings allow, and as many at once."""
CLOSES = OPEN.replace(hour=12, minute=55)
OPENS = OPEN.replace(hour=14, minute=55)
"""Five minutes before, at the shop."""


def prove(run: Run) -> Report:
    many, some = (1_500, 300) if run.short else (20_000, 4_000)
    site = Site(run.seed, lose=0 if run.short else 10)
    run.progress(0.01, "all below one post")
    facts = list(_storm(site, many, run))
    violations = _judged("one post", site, facts)
    figures = _figures(site, many)
    for name, other, posts in (
        ("two hundred posts", Site(run.seed + 1, lose=20), 200),
        ("while the shop closes", Site(run.seed + 2, now=CLOSES, lose=20), 1),
        ("while it opens", Site(run.seed + 3, now=OPENS, lose=20), 3),
    ):
        run.progress(0.9, name)
        violations += _judged(name, other, list(_storm(other, some, run, posts)), posts)
    violations += _next_day(site)
    return Report(
        violations=tuple(f"{each}; seed {run.seed}" for each in violations),
        figures=figures,
        bound="Ten environments on a table in memory and a simulated clock; no AWS, and no platform's own limits.",
    )


def _storm(site: Site, count: int, run: Run, posts: int = 1) -> Iterator[Fact]:
    for minute in range(MINUTES):
        numbers = range(count * minute // MINUTES, count * (minute + 1) // MINUTES)
        comments = [
            site.say(each, QUESTION if each % COMPLAINTS_EVERY else COMPLAINT, post=f"post{each % posts}")
            for each in numbers
        ]
        yield from site.minute(comments)
        run.progress((minute + 1) / MINUTES * 0.8, f"{numbers.stop} comments")
    site.calm_down()
    yield from (fact for fact in site.facts if fact.name == "storms_over")


def _judged(name: str, site: Site, facts: list[Fact], posts: int = 1) -> list[str]:
    began = site.began_at
    lines = [at for at, _ in site.sent_at if at <= began]
    checks = {
        "no storm was seen, or no end of it": [fact.name for fact in facts][:: max(len(facts) - 1, 1)]
        != ["storms_began", "storms_over"],
        f"{len(lines)} lines before it was seen": len(lines) > MOST_BEFORE,
        "too many lines in a minute of it": site.most_lines_in_a_minute(began + timedelta(seconds=1)) > MOST_IN,
        f"{site.storm_lines()} storm's lines below {posts} posts": not 0 < site.storm_lines() <= posts,
        "no complaint was answered in the storm": not any(at > began and text != LINE for at, text in site.sent_at),
    }
    broken = [each for each, is_broken in checks.items() if is_broken] + site.broken_at_rest()
    return [f"{name}: {each}" for each in broken]


def _figures(site: Site, count: int) -> dict[str, int | float | str]:
    took = sorted(each.total_seconds() for each in site.complaints_took)
    [over] = [fact for fact in site.facts if fact.name == "storms_over"]
    return {
        "comments": count,
        "handed over": len({str(message["conversation_id"]) for message in site.human_queue.messages}),
        "lines in public": len(site.lines()),
        "of them the storm's": site.storm_lines(),
        "most lines in a minute of it": site.most_lines_in_a_minute(site.began_at + timedelta(seconds=1)),
        "looks at what is held": sum(fact.count for fact in site.facts if fact.name == "sends_held"),
        "first complaint answered, s": took[0] if took else -1,
        "complaints answered": len(took),
        "why nothing was said": ", ".join(
            f"{count} {reason[:40]}" for reason, count in site.suppressed().most_common()
        ),
        "write units a comment": round(site.meter.units / count, 2),
        "peak of a minute as told": over.fields["peak"],
        "minutes as told": over.fields["minutes"],
    }


def _next_day(site: Site) -> list[str]:
    """Let a day pass: whoever comments then is answered as ever."""
    site.clock.advance(86_400)
    before = len(site.lines())
    site.minute([site.say("somebody", post="another")])
    said = site.lines()[before:]
    return [] if len(said) == 1 and said[0] != LINE else [f"the next day {len(said)} lines answer a comment"]


PART = Part(
    name="storm",
    promise="Thousands of comments at once get a line below the post, complaints theirs first, and everybody a person",
    minutes=2,
    prove=prove,
)
