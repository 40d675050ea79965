"""The documented table of what becomes of a mail, and that it is the code's."""

from pathlib import Path

from nightbell.domain.events import Silent
from nightbell.platforms.email.messages import _KINDS
from nightbell.platforms.email.rows import ROWS
from nightbell.platforms.email.stops import STOPS

PAGE = (Path(__file__).parents[3] / "docs" / "platforms" / "email.md").read_text()


def test_the_documentation_says_what_becomes_of_each_kind() -> None:
    rows = [f"| `{kind}` | {row.consequence.value} | {row.why} |" for kind, row in ROWS.items()]
    assert "\n".join(["| kind | consequence | why |", "|---|---|---|", *rows]) in PAGE


def test_every_reason_for_silence_has_a_kind_of_its_own() -> None:
    reasons = {silent for _, silent in STOPS} - {Silent.BOUNCE}
    assert reasons == set(_KINDS) - {None}
    assert set(_KINDS.values()) <= set(ROWS)
    assert all(f"`{_KINDS[silent]}`" in PAGE for silent in reasons)
