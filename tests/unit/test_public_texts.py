"""What may stand where everybody reads it: checked when the settings load, and chosen by rule when it is sent."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from nightbell.domain.build_settings import build_settings
from nightbell.domain.business import Account, StormSettings, TextId
from nightbell.domain.phrases import Kind
from nightbell.domain.public_line import LINES, public_line
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.settings_problem import Problem
from nightbell.domain.texts import PLACEHOLDER, PUBLIC_PLACEHOLDERS, FormLimits
from nightbell.platforms.channel import TextForm
from nightbell.services.check_settings import check_settings
from tests.unit.calendars import FakeCalendars
from tests.unit.talk import business

EXAMPLE = (Path(__file__).parent / "business_example.toml").read_text("utf-8")
PAGE = '\n[[accounts]]\nchannel = "facebook_comments"\naccount_id = "100"\nbrand = "corner"\n'
WIDE = TextForm(unit="characters", max_text=4000, max_text_with_choices=1024, max_choices=10, max_title=20)
LIMITS: dict[str, FormLimits] = dict.fromkeys(("messenger", "whatsapp", "facebook_comments"), WIDE)
PUBLIC = [text_id for text_id in TextId if text_id.is_public]
KEYS = [str(uuid5(NAMESPACE_URL, str(number))) for number in range(600)]


def commented() -> str:
    """Add a Page's comments to the example."""
    return EXAMPLE.replace("\n[texts.en]", f"{PAGE}\n[texts.en]", 1)


def check(text: str, reply: FormLimits | None = WIDE, line: FormLimits = WIDE) -> list[Problem]:
    limits = {**LIMITS, "facebook_comments": line}
    return check_settings(text.encode(), limits, FakeCalendars(), {"facebook_comments": reply})


def spoiled(old: str, new: str) -> str:
    assert old in commented()
    return commented().replace(old, new, 1)


def account(text: str) -> Account:
    return build_settings(parse_settings(text.encode()), FakeCalendars()).accounts["facebook_comments", "100"]


def test_an_account_that_everybody_reads_is_fine_with_its_lines() -> None:
    assert check(commented()) == []
    assert account(commented()).public_line
    assert account(commented()).private_reply


@pytest.mark.parametrize("name", ["public_line", "private_reply"])
def test_each_step_can_be_switched_off(name: str) -> None:
    text = spoiled('"facebook_comments"', f'"facebook_comments"\n{name} = false')
    assert check(text) == []
    assert not getattr(account(text), name)
    [problem] = check(text.replace(f"{name} = false", f'{name} = "no"'))
    assert (problem.place, problem.remedy) == (f"accounts[3].{name}", "write true or false, without quotes")


def test_on_a_private_channel_there_is_nothing_to_switch_off() -> None:
    [problem] = check(spoiled('channel = "messenger"', 'channel = "messenger"\npublic_line = false'))
    assert problem.place == "accounts[1].public_line"
    assert "has no meaning on messenger" in problem.message


@pytest.mark.parametrize("text_id", ["public_line", "public_complaint", "public_praise"])
def test_a_missing_line_matters_only_where_there_are_comments(text_id: str) -> None:
    line = next(line for line in EXAMPLE.splitlines() if line.startswith(f"{text_id} "))
    [problem] = check(spoiled(f"{line}\n", ""))
    assert (problem.place, problem.message[:10]) == (f"texts.en.{text_id}", "is missing")
    assert check(EXAMPLE.replace(f"{line}\n", "")) == []


def test_a_second_line_need_not_be_written_but_must_be_right() -> None:
    assert check(commented().replace('public_line_2 = "Hello. {agent} answers {promised_by}."\n', "")) == []
    without_agent = commented().replace('agent_name = "Ana"\n', "")
    places = {problem.place for problem in check(without_agent)}
    assert {"texts.en.public_line", "texts.en.public_line_2"} <= places


@pytest.mark.parametrize("name", ["code", "email", "voicemail", "emergency_phone", "fact", "automatic"])
def test_nothing_personal_and_no_way_on_may_stand_in_public(name: str) -> None:
    [problem] = check(spoiled('public_line = "Thanks.', f'public_line = "Thanks, {{{name}}}.'))
    assert problem.place == "texts.en.public_line"
    assert problem.message == f"{{{name}}} must not stand where everybody reads it"
    assert problem.remedy == "use one of {agent}, {brand}, {opens_at}, {promised_by}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Sorry for the trouble.", "Sorry! 🥐", "holds the emoji"),
        ("How kind!", "How kind! {agent} answers {promised_by}.", "promises an answer to praise"),
        ("Thanks. {agent}", "Thanks. {agnt}", "{agnt} is not filled in here"),
    ],
)
def test_the_rules_for_texts_hold_in_public_too(old: str, new: str, message: str) -> None:
    both = spoiled(f'"{old}', f'"{new}')
    assert [message in problem.message for problem in check(both)] == [True]


def storm_says(text: str) -> str:
    """Write the line of a storm into the example."""
    return spoiled("[texts.en]\n", f'[texts.en]\npublic_storm = "{text}"\n')


def test_the_line_of_a_storm_names_no_time_that_nobody_knows() -> None:
    assert check(storm_says("So many! {agent} reads everything from {opens_at} on.")) == []
    [problem] = check(storm_says("So many! {agent} answers {promised_by}."))
    assert (problem.place, problem.remedy) == ("texts.en.public_storm", "use one of {agent}, {brand}, {opens_at}")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("on = false", None),
        ("people_a_minute = 100\ntimes_usual = 5\nlines_a_minute = 1", None),
        ("people_a_minute = 0", '"0" is less than 5'),
        ("lines_a_minute = 1000", '"1000" is more than 60'),
        ("treshold = 3", '"treshold" is no setting'),
        ('on = "no"', "must be true or false"),
    ],
)
def test_what_makes_a_storm_is_checked(written: str, message: str | None) -> None:
    found = check(spoiled("[texts.en]\n", f"[storm]\n{written}\n\n[texts.en]\n"))
    assert [problem.message for problem in found] == ([] if message is None else [message])


def test_what_makes_a_storm_is_read() -> None:
    storm = account(spoiled("[texts.en]\n", "[storm]\ntimes_usual = 3\n\n[texts.en]\n")).brand.storm
    assert storm == StormSettings(on=True, people_a_minute=30, times_usual=3, lines_a_minute=6)


def test_each_step_must_fit_the_form_that_it_is_sent_in() -> None:
    short = replace(WIDE, max_text=40, max_text_with_choices=40)
    assert {problem.place for problem in check(commented(), line=short)} == {
        "texts.en.public_line",
        "texts.en.public_line_2",
        "texts.es.public_line",
        "texts.es.public_line_2",
    }
    over = check(commented(), reply=short)
    assert over
    assert all("facebook_comments takes 40" in problem.message for problem in over)
    assert not any(".public_" in problem.place for problem in over)
    assert check(commented(), reply=None) == []


def test_the_shipped_lines_serve_both_kinds_of_comments() -> None:
    served = {channel for channel, _ in business().accounts}
    assert {"facebook_comments", "instagram_comments"} <= served


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("text_id", PUBLIC)
def test_every_line_ships_in_every_language_and_names_nobody(language: str, text_id: TextId) -> None:
    text = business().brands["harbour"].texts[language][text_id]
    assert set(PLACEHOLDER.findall(text)) <= PUBLIC_PLACEHOLDERS
    assert "@" not in text
    assert "http" not in text


@pytest.mark.parametrize("kind", list(Kind))
def test_a_unit_always_gets_the_same_line_and_several_get_all_of_them(kind: Kind) -> None:
    brand = business().brands["harbour"]
    chosen = [public_line(kind, key, brand, "en", "facebook_comments") for key in KEYS]
    assert chosen == [public_line(kind, key, brand, "en", "facebook_comments") for key in KEYS]
    counted = Counter(chosen)
    assert set(counted) == set(LINES[kind])
    assert min(counted.values()) > len(KEYS) / len(LINES[kind]) / 2


def test_a_line_that_is_not_written_in_the_language_is_not_chosen() -> None:
    brand = account(commented()).brand
    lines = {public_line(Kind.QUESTION, key, brand, "en", "facebook_comments") for key in KEYS}
    assert lines == {TextId.PUBLIC_LINE, TextId.PUBLIC_LINE_2}
    assert {public_line(Kind.COMPLAINT, key, brand, "en", "facebook_comments") for key in KEYS} == {
        TextId.PUBLIC_COMPLAINT
    }
