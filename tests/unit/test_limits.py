"""The page of limits: every sum on it is worked out again, from the template and from the code."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.build.template import ROOT, load_template
from nightbell.services import sweep

PAGE = ROOT / "docs" / "limits.md"
TEMPLATE = load_template()
SUM = re.compile(r"`([^`=]+) = ([\d,.]+)`")
CALCULATE: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _sums() -> list[tuple[str, str]]:
    return SUM.findall(PAGE.read_text("utf-8"))


def _count(kind: str) -> int:
    return sum(each["Type"] == kind for each in TEMPLATE["Resources"].values())


KNOWN: dict[str, float] = {
    **{name: each["Default"] for name, each in TEMPLATE["Parameters"].items() if each["Type"] == "Number"},
    "acked": 11,
    "further": 4,
}
"""What is not ours to choose on the page."""


def _named() -> dict[str, float]:
    """Read the page's own assumptions beside what is known."""
    said = {name: float(value.replace(",", "")) for name, value in _sums() if name.isidentifier()}
    return said | KNOWN


def _value(node: Any) -> float:
    match node:
        case ast.Expression(body=body):
            return _value(body)
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            return _named()[name]
        case ast.BinOp(left=left, op=op, right=right):
            return CALCULATE[type(op)](_value(left), _value(right))
    raise AssertionError(f"{ast.dump(node)} is no sum")


@pytest.mark.parametrize(("expression", "said"), _sums())
def test_a_sum_is_right(expression: str, said: str) -> None:
    digits = len(said.partition(".")[2])
    worked_out = _value(ast.parse(expression, mode="eval"))
    assert abs(worked_out - float(said.replace(",", ""))) <= 0.5 * 10**-digits + 1e-9, f"it is {worked_out:,.2f}"


def test_the_page_has_sums() -> None:
    assert len(_sums()) > 40


def test_a_message_takes_the_write_units_that_the_tests_hold_it_to() -> None:
    held = (ROOT / "tests" / "contract" / "test_write_units.py").read_text("utf-8")
    assert f"meter.units == {KNOWN['acked']}" in held
    assert KNOWN["further"] == 4
    assert "a_further_message_costs_four_write_units" in held


def test_what_the_page_says_of_the_template_and_the_code_is_so() -> None:
    page = PAGE.read_text("utf-8")
    resources = TEMPLATE["Resources"]
    assert "120,000 in 15 minutes" in page
    assert resources["HumanQueue"]["Properties"]["VisibilityTimeout"] == 15 * 60
    assert resources["AckQueue"]["Properties"]["VisibilityTimeout"] == 180
    assert (resources["Sweep"]["Properties"]["Timeout"], sweep.NEEDS.total_seconds()) == (55, 18)
    for function, event in (("ReplayDelivery", "Spilled"), ("ReceiveMail", "Told"), ("FinishCall", "Hint")):
        scaling = resources[function]["Properties"]["Events"][event]["Properties"]["ScalingConfig"]
        assert scaling == {"MaximumConcurrency": 2}
    assert resources["SendWebhooks"]["Properties"]["Timeout"] == 55


def test_the_template_is_well_below_the_quotas_of_a_stack_and_of_an_api() -> None:
    page = PAGE.read_text("utf-8")
    assert "fewer than 30 and 5" in page
    assert "fewer than 250, 100 and 100" in page
    assert (_count("AWS::ApiGatewayV2::Route") < 30, _count("AWS::ApiGatewayV2::Authorizer") < 5) == (True, True)
    sizes = (len(TEMPLATE["Resources"]), len(TEMPLATE["Parameters"]), len(TEMPLATE["Outputs"]))
    assert all(size < most for size, most in zip(sizes, (250, 100, 100), strict=True)), sizes


def test_every_alarm_it_names_is_there() -> None:
    alarms = (ROOT / "docs" / "operations.md").read_text("utf-8")
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", PAGE.read_text("utf-8"))) - set(TEMPLATE["Parameters"])
    assert {name for name in named - {"MaximumConcurrency"} if f"`{name}`" not in alarms} == set()


def test_every_page_it_leads_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https:)([^)#]+)", PAGE.read_text("utf-8")):
        assert Path(PAGE.parent / target).is_file(), target
