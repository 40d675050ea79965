"""Whatever the functions can do and no site declares is named."""

import json

import pytest

from tests.chaos.wire.declared import undeclared, unforeseen, unstruck
from tests.chaos.wire.made import PLATFORM, Made
from tests.chaos.wire.sites import SITES

GET = Made(
    function="acknowledge",
    service="dynamodb",
    operation="GetItem",
    shape="NEW X",
    body=json.dumps({"Key": {"pk": {"S": "NEW#1"}, "sk": {"S": "X#1"}}}),
)
POST = Made(function="acknowledge", service=PLATFORM, operation="POST faxes", shape="")


def test_everything_that_is_registered_or_written_is_declared() -> None:
    assert undeclared(SITES) == []


@pytest.mark.parametrize("site", [site for site in SITES if site.serves], ids=lambda site: site.serves)
def test_what_is_registered_must_be_served_by_a_site(site: object) -> None:
    [missing] = undeclared(each for each in SITES if each is not site)
    assert missing.startswith("no site serves ")


def test_an_expression_that_no_site_writes_is_named() -> None:
    assert "no site writes CLIMB" in undeclared(each for each in SITES if "A8" not in each.name)


def test_an_operation_that_no_site_calls_is_named() -> None:
    left = [each for each in SITES if each.operation != "PutParameter"]
    assert undeclared(left) == ["no site calls ssm.PutParameter"]


def test_a_call_that_no_site_declares_is_named() -> None:
    assert unforeseen(SITES, [GET, POST]) == [
        "a call that no site declares: acknowledge: GetItem NEW X",
        "a call that no site declares: acknowledge: POST faxes ",
    ]


def test_an_operation_of_a_function_that_no_fault_struck_is_named() -> None:
    assert unstruck([GET, POST], [("sweep", "GetItem")]) == ["no fault ever struck GetItem of acknowledge"]
    assert unstruck([GET], [("acknowledge", "GetItem")]) == []
