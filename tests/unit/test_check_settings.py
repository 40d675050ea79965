"""Every fault in a settings file is told with its place and its remedy."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from nightbell.domain.settings_problem import Problem
from nightbell.platforms.channel import TextForm
from nightbell.services.check_settings import check_settings
from tests.unit.calendars import FakeCalendars

EXAMPLE = (Path(__file__).parent / "business_example.toml").read_text("utf-8")
LIMITS = {
    "messenger": TextForm(unit="characters", max_text=1999, max_text_with_choices=1999, max_choices=13, max_title=20),
    "whatsapp": TextForm(unit="characters", max_text=4096, max_text_with_choices=1024, max_choices=10, max_title=20),
}


def check(text: str, limits: Mapping[str, TextForm] = LIMITS) -> list[Problem]:
    return check_settings(text.encode(), limits, FakeCalendars())


def spoiled(old: str, new: str) -> str:
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new, 1)


def test_the_example_is_fine() -> None:
    assert check(EXAMPLE) == []


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    raw = b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode()
    assert check_settings(raw, LIMITS, FakeCalendars()) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "remedy"),
    [
        # TOML
        ('name = "Corner Shop"', "name = Corner Shop", "line 4, column 8", "Invalid value", "missing quote"),
        ("preview = true", "preview = true\npreview = false", "line 15, column 16", "overwrite", "stands twice"),
        # Shape
        (
            "promise_minutes = 90",
            "promise_minuts = 90",
            "brands.corner.promise_minuts",
            "no setting",
            "promise_minutes",
        ),
        (
            "promise_minutes = 90",
            'promise_minutes = "90"',
            "brands.corner.promise_minutes",
            "whole number",
            "such as 60",
        ),
        (
            "promise_minutes = 90",
            "promise_minutes = 0",
            "brands.corner.promise_minutes",
            "less than 1",
            "whole minutes",
        ),
        ("preview = true", 'preview = "yes"', "brands.corner.preview", "true or false", "without quotes"),
        ('name = "Corner Shop"', 'name = ""', "brands.corner.name", "is empty", "customers know you"),
        ('zone = "Europe/Madrid"\n', "", "brands.corner.zone", "is missing", "Europe/Madrid"),
        ("sunday = []\n", "", "brands.corner.hours.sunday", "is missing", "sunday = []"),
        ("sunday = []", 'sunday = "closed"', "brands.corner.hours.sunday", "list in square brackets", "[] for closed"),
        ("sunday = []", "sunday = [9]", "brands.corner.hours.sunday[1]", "words in quotes", '"09:00-17:30"'),
        ("sunday = []", "sunday = []\nsundy = []", "brands.corner.hours.sundy", "no setting", '"sunday"'),
        ('"hi@corner.example"', '"corner.example"', "brands.corner.email", "right form", "hello@shop.example"),
        ('"+34 971 000 000"', '"971 000 000"', "brands.corner.voicemail", "right form", "country code"),
        ('"email_us", "voi', '"email", "voi', "brands.corner.choices[2]", '"email" is not known', '"email_us"'),
        ('["here", "email_us"', '["here", "here"', "brands.corner.choices", "twice", "once"),
        ("date = 2026-12-24\n", "", "brands.corner.hours.exceptions[1]", "needs a date", "both from and to"),
        ('account_id = "100"', "account_id = 100", "accounts[1].account_id", "words in quotes", "in quotes"),
        ('account_id = "100"', 'account_id = "1 0"', "accounts[1].account_id", "right form", "without spaces"),
        ("[brands.corner]", "[brands.Corner]", "brands", "right form", "small letters"),
        ("receipt_idea =", "reciept_idea =", "texts.en.reciept_idea", "no setting", '"receipt_idea"'),
        ("[texts.es]", "[text.es]", "text", "no setting", '"texts"'),
        # Hours
        ('["09:00-14:00"]', '["9-14"]', "brands.corner.hours.tuesday[1]", '"9-14" is not a period', '"09:00-17:30"'),
        ('["09:00-14:00"]', '["09:00-25:00"]', "brands.corner.hours.tuesday[1]", '"25:00"', "00:00 to 24:00"),
        ('["09:00-14:00"]', '["09:60-14:00"]', "brands.corner.hours.tuesday[1]", '"09:60"', "00:00 to 24:00"),
        ('["09:00-14:00"]', '["24:00-14:00"]', "brands.corner.hours.tuesday[1]", "starts at 24:00", "00:00"),
        ('["09:00-14:00"]', '["09:00-09:00"]', "brands.corner.hours.tuesday[1]", "same time", '"00:00-24:00"'),
        ('"16:00-20:00"]', '"16:00-15:00"]', "brands.corner.hours.monday[2]", "ends before it starts", '"15:00-16:00"'),
        (
            '"16:00-20:00"]',
            '"13:00-20:00"]',
            "brands.corner.hours.monday",
            '"09:00-14:00" and "13:00-20:00" overlap',
            "end",
        ),
        ('["18:00-02:00"]', '["18:00-11:00"]', "brands.corner.hours.friday[1]", "hours of saturday", "not overlap"),
        ('"Europe/Madrid"', '"Europe/Madird"', "brands.corner.zone", "no time zone", '"Europe/Madrid"'),
        ('"Europe/Madrid"', '"madrid"', "brands.corner.zone", "no time zone", '"Europe/Madrid"'),
        ('"Europe/Madrid"', '"Europe"', "brands.corner.zone", "no time zone", "Europe/"),
        ('"Europe/Madrid"', '"CEST+1"', "brands.corner.zone", "no time zone", "mean"),
        ('"ES"', '"SP"', "brands.corner.hours.holidays.country", '"SP"', "ISO 3166"),
        ('"MD"', '"MAD"', "brands.corner.hours.holidays.region", '"MAD" is known in ES', "MD (Madrid)"),
        ("2026-12-24", '"24/12/2026"', "brands.corner.hours.exceptions[1]", "not a date", "2026-12-24"),
        ("2026-12-24", '"2026-02-30"', "brands.corner.hours.exceptions[1]", "not a date", "year, month and day"),
        ("2026-12-24", "2026-08-04", "brands.corner.hours.exceptions[2]", "already has an exception", "one of them"),
        ("to = 2026-08-05", "to = 2026-08-01", "brands.corner.hours.exceptions[2]", "no stretch", "later day"),
        ('["09:00-12:00"]', '["noon"]', "brands.corner.hours.exceptions[1].periods[1]", "not a period", "24-hour"),
        ('["10:00-11:00"]', '["late"]', "accounts[2].hours.monday[1]", "not a period", "24-hour"),
        # Brands and accounts
        ('email = "hi@corner.example"\n', "", "brands.corner.choices[2]", "brands.corner.email is missing", "email ="),
        ('voicemail = "+34 971 000 000"\n', "", "brands.corner.choices[3]", "voicemail is missing", "off the list"),
        (r"'\bCS\d{3}\b'", "'CS('", "brands.corner.fact.pattern", "regular expression", "single quotes"),
        (', es = "tu número de pedido"', "", "brands.corner.fact.name.es", "is missing", "es ="),
        ('["en", "es"]', '["en", "es", "xx"]', "brands.corner.languages[3]", 'said in "xx"', '"pt"'),
        (
            'account_id = "200"\nbrand = "corner"',
            'account_id = "200"\nbrand = "cornr"',
            "accounts[2].brand",
            '"cornr"',
            '"corner"',
        ),
        (
            '"whatsapp"\naccount_id = "200"',
            '"messenger"\naccount_id = "100"',
            "accounts[2].account_id",
            "accounts[1]",
            "take one",
        ),
        ('channel = "whatsapp"', 'channel = "whatsap"', "accounts[2].channel", '"whatsap"', '"whatsapp"'),
        ("[channel_texts.whatsapp.en]", "[channel_texts.telex.en]", "channel_texts.telex", '"telex"', '"messenger" or'),
        # Texts
        (
            'receipt_idea = "Thanks for the idea. {automatic}"\n',
            "",
            "texts.en.receipt_idea",
            "is missing",
            "receipt_idea =",
        ),
        ('ask_email = "Which address?"', 'ask_email = " "', "texts.en.ask_email", "is empty", "write a text"),
        ("Which address?", "Which address, {nmae}?", "texts.en.ask_email", "{nmae}", '"{agent}"'),
        ("Which address?", "Which {brnad}?", "texts.en.ask_email", "{brnad}", '"{brand}"'),
        ("Which address?", "Which {Brand}?", "texts.en.ask_email", 'loose "{"', "small letters"),
        ("Which address?", "Which {code}?", "texts.en.ask_email", "{code}", '"{brand}"'),
        ("This is automatic.", "This is {automatic}.", "texts.en.automatic", "{automatic}", '"{brand}"'),
        ("Thanks. {automatic} {agent}", "Thanks. {agent}", "texts.en.receipt", "lacks {automatic}", "no person wrote"),
        ("{agent} answers {promised_by}.", "{agent} answers.", "texts.en.receipt", "lacks {promised_by}", "by when"),
        (
            "Thanks! {automatic} We open {opens_at}",
            "Thanks! {automatic}",
            "texts.en.redirect_praise",
            "{opens_at}",
            "open",
        ),
        ("Thanks! {automatic}", "Thanks! {automatic} {promised_by}", "texts.en.receipt_praise", "to praise", "take"),
        ("Write to {email}, ", "", "texts.en.choice_email_us", "lacks {email}", "where to write"),
        (", mention {code}", "", "texts.en.choice_email_us", "lacks {code}", "found again"),
        ("Please send {fact}.", "Please send it.", "texts.en.ask_fact", "lacks {fact}", "asks for"),
        ("Perdona las", "🙈 Perdona las", "texts.es.receipt_complaint", 'emoji "🙈"', "in words"),
        ("Sorry for the trouble.", "Sorry :-)", "texts.en.receipt_complaint", 'emoji ":-)"', "in words"),
        ('agent_name = "Ana"\n', "", "texts.en.receipt", "has no agent_name", "brands.corner.agent_name"),
        ('emergency_phone = "+34 600 000 000"\n', "", "texts.en.emergency", "{emergency_phone}", "without"),
        ("Hi on WhatsApp.", "", "", "", ""),
        ("Hi on WhatsApp.", "x" * 4200, "channel_texts.whatsapp.en.receipt", "whatsapp takes 4096", "shorten it by"),
        (
            "Gracias. {automatic} Abrimos",
            f"{'y' * 950} {{automatic}} Abrimos",
            "texts.es.redirect",
            "takes 1024",
            "shorten",
        ),
        ("Which number?", "n" * 2000, "texts.en.ask_phone", "messenger takes 1999", "shorten it by 1, or"),
        # Choices and phrases
        ('voicemail = "Buzón"\n', "", "choice_titles.es.voicemail", "missing", "button"),
        ('here = "Wait"', 'here = "I shall wait right here"', "choice_titles.en.here", "23 characters", "shorter"),
        ('here = "Wait"', 'here = "Call me"', "choice_titles.en.call_me", 'same as "here"', "apart"),
        ('opt_out = ["stop"]\n', "", "phrases.en.opt_out", "missing or empty", '["stop"]'),
        ('opt_in = ["start"]', 'opt_in = ["Stop!"]', "phrases.en.opt_in", '"stop" is in opt_out', "one of them"),
        ('language_hints = ["the", "is", "my"]\n', "", "phrases.en.language_hints", "nobody", "common words"),
        ('["broken", "not happy"]', '["broken", "👎"]', "phrases.en.complaint[2]", "no letter", "write a word"),
    ],
)
def test_a_fault_is_told_with_place_and_remedy(old: str, new: str, place: str, message: str, remedy: str) -> None:
    problems = check(spoiled(old, new))
    if not place:
        assert problems == []
        return
    found = [problem for problem in problems if problem.place == place]
    assert found, problems
    assert message in found[0].message
    assert remedy in found[0].remedy


def test_one_fault_is_told_once() -> None:
    problems = check(spoiled('["09:00-14:00"]', '["9-14"]'))
    assert [str(problem) for problem in problems] == [
        'brands.corner.hours.tuesday[1]: "9-14" is not a period; write both times on the 24-hour clock: "09:00-17:30"'
    ]


def test_periods_that_meet_do_not_overlap() -> None:
    assert check(spoiled('["09:00-14:00"]', '["12:00-14:00", "09:00-12:00"]')) == []


def test_several_faults_are_told_together() -> None:
    text = spoiled('"Europe/Madrid"', '"Madrit"').replace("Which address?", "").replace('"ES"', '"SP"')
    assert [problem.place for problem in check(text)] == [
        "brands.corner.zone",
        "brands.corner.hours.holidays.country",
        "texts.en.ask_email",
    ]


def test_text_that_is_not_utf_8_is_told_with_its_line() -> None:
    raw = EXAMPLE.encode().replace("número".encode(), b"n\xfamero", 1)
    assert check_settings(raw, LIMITS, FakeCalendars())[0].place == "line 18"


def test_a_file_that_breaks_off_is_told_with_its_end() -> None:
    assert check('[brands.corner]\nname = "Corn')[0].place == "line 2, column 13"


def test_an_empty_file_lacks_everything() -> None:
    assert [problem.place for problem in check("")] == ["brands", "accounts"]


def test_a_business_that_never_opens_is_refused() -> None:
    lines = EXAMPLE.splitlines()
    closed = [f"{line.split()[0]} = []" if "day = [" in line and "hours" not in line else line for line in lines]
    text = (
        "\n".join(closed)
        .replace('periods = ["09:00-12:00"]', "periods = []")
        .replace('hours = { monday = ["10:00-11:00"] }', "")
    )
    assert [(each.place, each.message) for each in check(text)] == [("brands.corner.hours", "we would never open")]


def test_no_choices_and_no_address_would_leave_the_customer_stranded() -> None:
    text = spoiled('choices = ["here", "email_us", "voicemail", "email_me", "call_me"]', "")
    problems = check(text)
    assert [problem.place for problem in problems] == ["texts.en.redirect", "texts.es.redirect"]
    assert "{email}" in problems[0].remedy


def test_a_brand_without_choices_needs_no_words_about_them() -> None:
    text = EXAMPLE.replace('choices = ["here", "email_us", "voicemail", "email_me", "call_me"]\n', "")
    text = text.replace("We open {opens_at}.", "We open {opens_at}, or write to {email}.").replace(
        "Abrimos {opens_at}.", "Abrimos {opens_at}, o escribe a {email}."
    )
    kept = [
        line for line in text.splitlines() if not line.startswith(("choice_", "ask_email", "ask_phone", "consent_"))
    ]
    assert check("\n".join(kept)) == []


def test_more_choices_than_a_channel_takes_are_refused() -> None:
    narrow = {
        **LIMITS,
        "whatsapp": TextForm(unit="characters", max_text=4096, max_text_with_choices=1024, max_choices=3, max_title=20),
    }
    problems = check(EXAMPLE, narrow)
    assert [problem.place for problem in problems] == ["brands.corner.choices"]
    assert "whatsapp takes 3" in problems[0].message


def test_the_longest_a_text_can_get_is_what_counts() -> None:
    """Measured with the longest date, and with the sentence that asks for the fact."""
    date = "tomorrow, Wednesday 16 September, at 22:59"
    receipt = f"Thanks. This is automatic. Ana answers {date}. Please send your order number."
    for room, expected in ((len(receipt), []), (len(receipt) - 1, ["texts.en.receipt"])):
        form = TextForm(unit="characters", max_text=room, max_text_with_choices=1999, max_choices=13, max_title=20)
        places = [problem.place for problem in check(EXAMPLE, {**LIMITS, "messenger": form})]
        assert [place for place in places if place == "texts.en.receipt"] == expected


def test_bytes_count_where_the_channel_counts_bytes() -> None:
    text = spoiled("¿Qué número?", "é" * 500)
    for unit, expected in (("characters", []), ("utf8_bytes", ["texts.es.ask_phone"]), ("utf16", [])):
        form = TextForm(unit=unit, max_text=600, max_text_with_choices=600, max_choices=13, max_title=20)
        assert [problem.place for problem in check(text, {**LIMITS, "messenger": form})] == expected


def test_choices_that_stand_in_the_text_are_measured_with_it() -> None:
    date = "tomorrow, Wednesday 16 September, at 22:59"
    redirect = f"Thanks. This is automatic. We open {date}. Please send your order number."
    lines = "\n\nChoose:\n1 Wait\n2 I write\n3 Voicemail\n4 E-mail me\n5 Call me"
    for written, room in ((False, len(redirect)), (True, len(redirect + lines))):
        for most, fits in ((room, True), (room - 1, False)):
            form = TextForm(
                unit="characters",
                max_text=2000,
                max_text_with_choices=most,
                max_choices=5,
                max_title=20,
                writes_choices=written,
            )
            assert ("texts.en.redirect" not in _places(form)) == fits


def test_a_text_message_is_measured_with_the_day_that_costs_most() -> None:
    """A Saturday has an accent in Spanish that the alphabet of text messages lacks."""
    text = spoiled('receipt = "Gracias', f'receipt = "{"a" * 80} Gracias').translate(str.maketrans("áíóú", "aiou"))
    form = TextForm(unit="sms_segments", max_text=2, max_text_with_choices=9, max_choices=9, max_title=20)
    assert "texts.es.receipt" in _places(form, text)
    assert "texts.es.receipt" not in _places(replace(form, max_text=3), text)


def test_what_x_takes_for_a_link_stands_in_no_post() -> None:
    form = TextForm(unit="x_weighted", max_text=4000, max_text_with_choices=4000, max_choices=9, max_title=20)
    linked = spoiled('receipt = "Thanks', 'receipt = "shop.example! Thanks')
    assert _places(form, linked) == ["texts.en.receipt"]
    assert check(linked) == []


def _places(form: TextForm, text: str = EXAMPLE) -> list[str]:
    return [problem.place for problem in check(text, {**LIMITS, "messenger": form})]


def test_a_problem_of_a_brands_own_text_is_told_at_its_own_place() -> None:
    own = '\n[brands.corner.texts.en]\nreceipt = "{promised_by}"\n'
    assert [problem.place for problem in check(EXAMPLE + own)] == ["brands.corner.texts.en.receipt"]
