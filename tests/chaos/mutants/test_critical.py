"""Every mistake that must never pass can still be made."""

from infra.build.template import ROOT
from tests.chaos.mutants.critical.listed import CRITICAL

SOURCES = ROOT / "functions" / "nightbell"


def test_every_named_mistake_has_one_place_in_the_code() -> None:
    places = {each.name: (SOURCES / each.file).read_text("utf-8").count(each.was) for each in CRITICAL}
    assert {name: count for name, count in places.items() if count != 1} == {}
