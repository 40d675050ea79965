"""What Meta says beside its answers about how much is used up is read, whatever it looks like."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.platforms.channel import Answer, VerdictKind
from nightbell.platforms.meta import graph_api, usage
from nightbell.platforms.meta.graph_errors import WHATSAPP_ERRORS
from nightbell.platforms.storm_places import author_of, line_address, post_of

CASES = "x-business-use-case-usage"
APP = {"call_count": 81, "total_time": 12, "total_cputime": 4}


def case(**counts: object) -> str:
    return json.dumps({"100": [{"type": "pages", **counts}], "200": [{"call_count": 1}]})


@pytest.mark.parametrize(
    ("headers", "percent"),
    [
        ({}, 0),
        ({"x-app-usage": json.dumps(APP)}, 81),
        ({"x-page-usage": json.dumps({"call_count": 1, "total_cputime": 99.6})}, 99),
        ({CASES: case(call_count=3, total_time=95)}, 95),
        ({"x-app-usage": json.dumps(APP), CASES: case(total_cputime=130)}, 130),
        ({"x-app-usage": "no json", CASES: "[1, 2]"}, 0),
        ({"x-app-usage": '{"call_count": "90", "total_time": true, "total_cputime": -5}'}, 0),
    ],
)
def test_the_highest_of_all_percentages_counts(headers: dict[str, str], percent: int) -> None:
    assert usage.percent(headers) == percent


@given(
    st.sampled_from(["x-app-usage", CASES]),
    st.text()
    | st.recursive(st.integers() | st.none() | st.floats(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(
        json.dumps
    ),
)
def test_whatever_stands_there_is_read(name: str, header: str) -> None:
    assert usage.percent({name: header}) >= 0
    assert usage.regain_access({name: header}) is None


def test_a_send_that_went_well_tells_how_much_is_used_up() -> None:
    answer = Answer(status=200, headers={CASES: case(call_count=85)}, body=b'{"id": "7"}')
    verdict = graph_api.judge(answer, WHATSAPP_ERRORS, lambda body: body.get("id"))
    assert (verdict.kind, verdict.usage) == (VerdictKind.SENT, 85)


@pytest.mark.parametrize(("code", "of_contact"), [(131056, True), (130429, False)])
def test_only_the_limit_of_a_pair_is_the_contacts(code: int, *, of_contact: bool) -> None:
    answer = Answer(status=400, headers={}, body=json.dumps({"error": {"code": code}}).encode())
    assert graph_api.judge(answer, WHATSAPP_ERRORS, lambda _: None).of_contact == of_contact


@pytest.mark.parametrize(
    ("channel", "contact", "address"),
    [
        ("facebook_comments", "100_7/ana", "100_7"),
        ("facebook_comments", "999_7/ana", None),  # on somebody else's wall
        ("instagram_comments", "100_7/ana", None),
        ("x_posts", "7/ana", None),
    ],
)
def test_the_line_stands_below_a_pages_own_post(channel: str, contact: str, address: str | None) -> None:
    assert line_address(channel, "100", contact) == address
    assert author_of(contact) == "ana"


def test_where_no_post_is_named_there_is_none() -> None:
    assert post_of("7") == ""
