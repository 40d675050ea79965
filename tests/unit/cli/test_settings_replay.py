"""``nightbell settings replay`` shows what changed settings would say, and nothing that it need not show."""

import gzip
import io
import json
import re
import stat
import zipfile
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from infra.cli.__main__ import main
from infra.cli.settings import BUSINESS, load_settings
from infra.replay.compare import compare
from infra.replay.events import Recorded, What
from infra.replay.files import read_events, write_events
from infra.replay.invented import invented, special_days
from infra.replay.production import Production
from infra.replay.pseudonyms import Pseudonyms
from infra.replay.run import replay
from infra.replay.source import deployed_settings
from nightbell.domain.events import Attachment, Contact, Message
from nightbell.domain.hours_override import Override, Scope
from nightbell.domain.keys import conversation_pk
from nightbell.domain.phrases import Phrases, plain_words

EXAMPLE = Path(__file__).parents[1] / "business_example.toml"
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
PK = conversation_pk("messenger", "100", "7")


@pytest.fixture
def old() -> Path:
    return EXAMPLE


@pytest.fixture
def new(tmp_path: Path) -> Path:
    changed = EXAMPLE.read_text().replace('"16:00-20:00"', '"16:00-23:30"').replace("hi@corner", "hello@corner")
    file = tmp_path / "new.toml"
    file.write_text(changed.replace('languages = ["en", "es"]', 'languages = ["en"]'))
    return file


def said(text: str, at: datetime = NIGHT, contact: str = "7", **more: Any) -> Recorded:
    message = Message(
        kind="messenger.message",
        channel="messenger",
        account_id="100",
        contact=Contact(contact_id=contact, address=contact, name="Grace Hopper"),
        message_id=f"m.{at:%H%M%S}.{contact}",
        sent_at=at,
        text=text,
        **more,
    )
    return Recorded(at=at, what=What.MESSAGE, pk=conversation_pk("messenger", "100", contact), message=message)


EVENTS = [
    said("Hello, I am Grace, do you have CS123?"),
    said("terrible service", NIGHT + timedelta(minutes=1), "8"),
    said("2", NIGHT + timedelta(minutes=2)),
    Recorded(at=NIGHT + timedelta(minutes=5), what=What.DONE, pk=PK, agent="Ada Lovelace", how="answered"),
    said("Are you there, Countess?", NIGHT + timedelta(hours=10)),
]


@pytest.fixture
def events(tmp_path: Path) -> Path:
    file = tmp_path / "events.jsonl"
    write_events(file, EVENTS, words=True)
    return file


def run(*arguments: object) -> int:
    return main(["settings", "replay", *map(str, arguments)])


def test_the_same_settings_make_no_difference(old: Path, events: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(old, "--against", old, "--events", events, "--check") == 0
    printed = capsys.readouterr().out
    assert "→" not in printed
    assert "corner" in printed


def test_differences_are_shown_before_and_after_in_80_columns(
    new: Path, old: Path, events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(new, "--against", old, "--events", events) == 0
    lines = capsys.readouterr().out.splitlines()
    # The path of a test's file is as long as it is.
    assert [line for line in lines[2:] if len(line) > 80] == []
    assert "\x1b" not in "".join(lines)
    text = "\n".join(lines)
    assert "redirect → receipt" in text
    assert "  - 23:00 Thanks. This is automatic. We open" in text
    assert "  + 23:00 Thanks. This is automatic. Ana answers" in text
    assert "corner: email hi@corner.example → hello@corner.example" in text
    assert "corner: es is not spoken any more" in text
    # What customers wrote, and who they are, is nobody's business here.
    assert "Grace" not in text
    assert "terrible" not in text


def test_check_ends_with_1_where_anything_differs(new: Path, old: Path, events: Path) -> None:
    assert run(new, "--against", old, "--events", events, "--check") == 1


def test_one_conversation_is_shown_whole(
    new: Path, old: Path, events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(new, "--against", old, "--events", events, "--conversation", PK, "--json")
    found = json.loads(capsys.readouterr().out)
    assert {each["conversation"] for each in found["texts"]} == {PK}
    assert [each["message"] for each in found["texts"]] == [1, 2, 3]
    assert found["same"] is False


def test_json_tells_everything_that_the_page_tells(
    new: Path, old: Path, events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(new, "--against", old, "--events", events, "--json")
    found = json.loads(capsys.readouterr().out)
    first = found["texts"][0]
    assert first["before"]["text_id"] == "redirect"
    assert first["after"]["text_id"] == "receipt"
    assert first["warnings"] == []
    assert found["summary"][0]["brand"] == "corner"
    assert found["lost_languages"] == [{"brand": "corner", "language": "es"}]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--against", "no-such-revision"], "neither a file nor a revision"),
        (["--against", EXAMPLE, "--events", "/nowhere"], "/nowhere cannot be read: No such file"),
        (["--against", EXAMPLE, "--words"], "--record week.jsonl"),
        (["--against", EXAMPLE, "--events", EXAMPLE], "cannot be understood"),
        (["--against", EXAMPLE, "--events", "{events}", "--conversation", "C#a.b.c"], "Nothing to replay"),
    ],
)
def test_what_cannot_be_replayed_ends_with_2(
    arguments: list[object], sentence: str, events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(events) if each == "{events}" else each for each in arguments]
    assert run(EXAMPLE, *given) == 2
    assert sentence in capsys.readouterr().err


def test_without_git_or_a_stage_nothing_is_compared(
    old: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert run(old) == 2
    assert "--against old.toml" in capsys.readouterr().err
    assert run(old, "--stage", "No Stage") == 2


def test_broken_settings_end_with_2(tmp_path: Path, old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(EXAMPLE.read_text().replace("promise_minutes = 90", "promise_minutes = -1"))
    assert run(broken, "--against", old) == 2
    assert "nightbell settings check" in capsys.readouterr().err
    broken.write_text("[brands")
    assert run(old, "--against", broken) == 2
    assert "cannot be used" in capsys.readouterr().err


def test_a_record_has_no_names_and_words_and_decides_the_same(
    new: Path, old: Path, events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "record.jsonl"
    run(new, "--against", old, "--events", events, "--record", file, "--json")
    before = json.loads(capsys.readouterr().out)
    raw = file.read_text()
    for word in ("Grace", "Hopper", "Countess", "Ada Lovelace", 'messenger.100.7"'):
        assert word not in raw
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    run(new, "--against", old, "--events", file, "--json")
    after = json.loads(capsys.readouterr().out)
    for name in ("summary", "warnings", "lost_languages"):
        assert after[name] == before[name]
    assert [each["before"]["text_id"] for each in after["texts"]] == [
        each["before"]["text_id"] for each in before["texts"]
    ]
    assert run(new, "--against", old, "--events", events, "--record", file) == 2


def test_of_a_text_stays_what_decisions_depend_on(old: Path) -> None:
    brands = load_settings(old).brands.values()
    hide = Pseudonyms(brands, b"a key")
    assert hide.words("2") == "2"
    assert re.fullmatch(r"[a-z]{2} [a-z]{5}, CS\d{3}!", hide.words("my order, CS123!"))
    assert hide.words("Grace") == hide.words("Grace") != hide.words("Alice")
    listed = next(iter(brands)).phrases["en"].complaint[0]
    assert hide.words(listed) == listed
    assert "@" in hide.words("grace@example.com")
    assert "grace" not in hide.words("grace@example.com")


@pytest.mark.parametrize("file", [BUSINESS, EXAMPLE])
def test_whatever_the_settings_list_is_found_in_a_record_however_it_is_written(file: Path) -> None:
    brands = load_settings(file).brands.values()
    hide = Pseudonyms(brands, b"a key")
    lists = [phrases for brand in brands for phrases in brand.phrases.values()]
    listed = [phrase for each in lists for field in fields(each) for phrase in getattr(each, field.name)]
    listed += [title for brand in brands for titles in brand.titles.values() for title in titles.values()]
    for phrase in listed:
        for written in (phrase, phrase.upper(), phrase.replace("'", "\u2019"), normalize("NFD", phrase)):
            assert plain_words(hide.words(f"{written}, Grace")).startswith(plain_words(written))


def test_a_phrase_of_a_script_without_blanks_is_found_within_words(old: Path) -> None:
    (brand,) = load_settings(old).brands.values()
    phrases = {"zh": Phrases(complaint=("\u6295\u8bc9",))}
    hidden = Pseudonyms([replace(brand, phrases=phrases)], b"a key").words("\u6211\u8981\u6295\u8bc9!")
    assert re.fullmatch("[a-z]{2}\u6295\u8bc9!", hidden)


@pytest.mark.parametrize("text", ["8/10", "9 out of 10", "10 de 10!", "(2)", "3."])
def test_a_number_that_rates_or_chooses_stays_in_a_record(old: Path, text: str) -> None:
    assert Pseudonyms(load_settings(old).brands.values(), b"a key").words(text) == text


def test_no_digit_stands_for_the_same_digit_in_every_number(old: Path) -> None:
    hide = Pseudonyms(load_settings(old).brands.values(), b"a key")
    became = {number: hide.words(f"call {number}")[5:] for number in ("1111111", "1111112", "1111113", "1111114")}
    assert len({each[0] for each in became.values()}) > 1
    assert all(len(each) == 7 and each.isdigit() for each in became.values())
    assert hide.words("or 1111111").endswith(became["1111111"])


def test_a_record_with_words_comes_back_as_it_was(events: Path, tmp_path: Path, old: Path) -> None:
    file = tmp_path / "words.jsonl"
    run(old, "--against", old, "--events", events, "--record", file, "--words")
    names = Contact(contact_id="7", address="", name="Grace Hopper")
    found = read_events(file).events
    assert found[0].message is not None
    assert found[0].message.contact == names
    assert [each.at for each in found] == [each.at for each in EVENTS]


def test_all_of_a_message_is_kept_in_a_file(tmp_path: Path) -> None:
    full = said("x", attachments=(Attachment(kind="image", reference="r", detail="d"),), choice="c", standby=True)
    file = tmp_path / "full.jsonl"
    write_events(file, [full], words=True)
    (back,) = read_events(file).events
    assert back.message is not None
    assert full.message is not None
    assert back.message.attachments == full.message.attachments
    assert (back.message.choice, back.message.standby) == ("c", True)


def test_an_export_of_the_table_is_replayed(old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    production = Production(load_settings(old))
    production.clock.at = NIGHT
    first = EVENTS[0].message
    assert first is not None
    production.store_messages(PK, [first], NIGHT)
    folder = tmp_path / "AWSDynamoDB" / "data"
    folder.mkdir(parents=True)
    lines = "\n".join(json.dumps({"Item": item}) for item in production.table.items.values())
    (folder / "part.json.gz").write_bytes(gzip.compress(lines.encode()))
    assert run(old, "--against", old, "--events", tmp_path / "AWSDynamoDB", "--all", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["after"]["text_id"] for each in found["texts"]] == ["redirect"]
    # It was stored and not sent yet, so that nothing is known of what was really sent.
    assert found["as_sent"] == {"same": 0, "sent": 0}


def test_the_settings_of_a_package_are_read(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("business.toml", "as deployed")
    file = tmp_path / "package.zip"
    file.write_bytes(made.getvalue())

    class Functions:
        def get_function(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own
            assert FunctionName == "acknowledge"
            return {"Code": {"Location": file.as_uri()}}

    assert deployed_settings(Functions(), "acknowledge") == b"as deployed"


def test_invented_events_cover_every_account_each_night_and_the_special_days(old: Path) -> None:
    settings = load_settings(old)
    found = invented(settings, datetime(2026, 12, 20, tzinfo=UTC))
    assert {(each.message.channel, each.message.account_id) for each in found if each.message} == set(settings.accounts)
    account = settings.accounts["messenger", "100"]
    days = {each.at.astimezone(account.hours.zone).date() for each in found}
    special = special_days(account, date(2026, 12, 20))
    assert {f"{day:%m-%d}" for day in special} >= {"12-24", "12-25", "03-28", "10-31"}
    assert set(special) <= days


def test_an_emergency_that_nobody_answers_any_more_is_warned_of(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    off = tmp_path / "off.toml"
    off.write_text(EXAMPLE.read_text().replace('account_id = "100"', 'account_id = "100"\nautomatic = false'))
    listed = next(iter(load_settings(old).brands.values())).phrases["en"].emergency[0]
    file = tmp_path / "events.jsonl"
    write_events(file, [said(listed), said("hello", NIGHT, "8")], words=True)
    assert run(off, "--against", old, "--events", file) == 0
    out = capsys.readouterr().out
    assert "gets no answer to an emergency any more: 1" in out
    assert "emergency → nothing" in out
    assert "switched off" in out


def test_what_was_said_by_hand_counts_from_when_it_was_said(old: Path) -> None:
    hour = timedelta(hours=1)
    override = Override(scope=Scope(), is_open=True, since=NIGHT, until=NIGHT + 3 * hour, by="Ada")
    events = [said("hello", NIGHT - hour, "8"), said("hello", NIGHT + hour, "9")]
    found = replay(load_settings(old), events, said=(override,))
    assert [row.text_id for row in found.values()] == ["redirect", "receipt"]
    first = next(iter(found.values()))
    # Nobody knew an hour before that somebody would open.
    assert "tomorrow" in first.text


def test_what_was_said_by_hand_goes_along_with_a_record(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.jsonl"
    scope = Scope(brand="corner")
    override = Override(scope=scope, is_open=True, since=NIGHT, until=NIGHT + timedelta(hours=3), by="Ada", reason="x")
    write_events(file, [said("hello", NIGHT + timedelta(hours=1))], words=True, said=[override])
    assert "Ada" not in file.read_text()
    for more, text_id in ((), "receipt"), (("--planned",), "redirect"):
        assert run(old, "--against", old, "--events", file, "--all", "--json", *more) == 0
        (text,) = json.loads(capsys.readouterr().out)["texts"]
        assert text["after"]["text_id"] == text_id
    run(old, "--against", old, "--events", file)
    assert "by hand meanwhile, which counts: 1 times" in capsys.readouterr().out


def test_of_whom_was_forgotten_is_replayed_what_is_left(old: Path) -> None:
    forgotten = Recorded(at=NIGHT + timedelta(minutes=5), what=What.DONE, pk=PK, agent="Ada", gone=True)
    found = replay(load_settings(old), [said("hello"), forgotten, said("hello", NIGHT + timedelta(days=1, hours=1))])
    assert [row.text_id for row in found.values()] == ["redirect", "redirect"]


def test_what_was_before_only_leads_up_to_what_is_compared(old: Path, new: Path) -> None:
    before, after = load_settings(old), load_settings(new)
    later = NIGHT + timedelta(days=2, minutes=1)
    events = [said("hello", NIGHT), said("hello", later)]
    rows = replay(before, events), replay(after, events)
    whole = compare(rows[0], rows[1], before, after)
    late = compare(rows[0], rows[1], before, after, since=NIGHT + timedelta(days=1))
    assert whole.pairs[0].row.at == NIGHT
    assert {pair.row.at for pair in late.pairs} == {later}


def test_who_would_be_held_is_told_in_time(old: Path) -> None:
    morning = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    found = replay(load_settings(old), [said("hello", morning)], until=morning + timedelta(hours=3))
    answer, holding = found.values()
    assert (answer.text_id, holding.text_id) == ("receipt", "holding")
    assert answer.promised_by is not None
    assert holding.at == answer.promised_by - timedelta(minutes=10)
