"""DynamoDB's expression language, as far as Nightbell's table speaks it; anything else raises.

An expression is parsed once into closures over an item and the request's placeholders.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from nightbell.adapters.table_items import Attribute, Item

Values = Mapping[str, Attribute]
Operand = Callable[[Item, Values], Attribute | None]
Condition = Callable[[Item, Values], bool]
Update = Callable[[Item, Values], dict[str, Attribute]]
Listed = TypeVar("Listed")
Compare = Callable[[Any, Any], bool]

TOKEN = re.compile(r"\s*(<=|>=|<>|[=<>(),.+-]|:[A-Za-z0-9_]+|#[A-Za-z0-9_]+|[A-Za-z_][A-Za-z0-9_]*)")
KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"})
COMPARISONS: dict[str, Compare] = {
    "=": lambda a, b: bool(a == b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


class ExpressionError(ValueError):
    """DynamoDB would answer with a ValidationException, or this parser does not know the syntax."""


@cache
def condition(text: str, names: tuple[tuple[str, str], ...] = ()) -> Condition:
    """Parse a condition or key condition."""
    parser = _Parser(text, dict(names))
    parsed = parser.either()
    parser.end()
    return parsed


@cache
def update(text: str, names: tuple[tuple[str, str], ...] = ()) -> Update:
    """Parse an update expression; the result gives the item as it is afterwards."""
    parser = _Parser(text, dict(names))
    sets, removes = parser.sections()
    parser.end()

    def apply(item: Item, values: Values) -> dict[str, Attribute]:
        after = dict(item)
        for name, operand in sets:
            found = operand(item, values)
            if found is None:
                raise ExpressionError(f"{name} is set from an attribute that is not there")
            after[name] = found
        for place in removes:
            after = _without(after, place)
        return after

    return apply


def _without(members: dict[str, Attribute], place: tuple[str, ...]) -> dict[str, Attribute]:
    """Take out what stands at a place, which may be inside of a map that is there."""
    name, *below = place
    if not below:
        return {each: value for each, value in members.items() if each != name}
    inner = members.get(name, {}).get("M")
    if inner is None:
        raise ExpressionError(f"{name} is no map to remove anything from")
    return {**members, name: {"M": _without(inner, tuple(below))}}


@cache
def placeholders(*texts: str | None) -> frozenset[str]:
    """List the names and values that expressions use."""
    return frozenset(token for text in texts if text for token in TOKEN.findall(text) if token[0] in "#:")


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self._text = text
        self._names = names
        self._tokens = _tokens(text)
        self._at = 0

    def either(self) -> Condition:
        arms = [self._both()]
        while self._take("OR"):
            arms.append(self._both())
        return arms[0] if len(arms) == 1 else lambda item, values: any(arm(item, values) for arm in arms)

    def _both(self) -> Condition:
        arms = [self._one()]
        while self._take("AND"):
            arms.append(self._one())
        return arms[0] if len(arms) == 1 else lambda item, values: all(arm(item, values) for arm in arms)

    def _one(self) -> Condition:
        if self._take("NOT"):
            inner = self._one()
            return lambda item, values: not inner(item, values)
        if self._take("("):
            nested = self.either()
            self._need(")")
            return nested
        if self._peek(1) == "(":
            return self._function()
        return self._comparison()

    def _function(self) -> Condition:
        function = self._next()
        self._need("(")
        path = self._path()
        if function in {"attribute_exists", "attribute_not_exists"}:
            self._need(")")
            wanted = function == "attribute_exists"
            return lambda item, _: (path in item) is wanted
        if function != "begins_with":
            raise ExpressionError(f"unknown function {function} in {self._text!r}")
        self._need(",")
        prefix = self._operand()
        self._need(")")
        return lambda item, values: _begins(item.get(path), prefix(item, values))

    def _comparison(self) -> Condition:
        left = self._operand()
        sign = self._next()
        if sign == "IN":
            return self._membership(left)
        if sign == "BETWEEN":
            return self._range(left)
        if sign not in COMPARISONS:
            raise ExpressionError(f"unknown comparison {sign} in {self._text!r}")
        compare, right = COMPARISONS[sign], self._operand()
        return lambda item, values: _compared(left(item, values), right(item, values), compare)

    def _range(self, middle: Operand) -> Condition:
        low = self._operand()
        self._need("AND")
        high = self._operand()
        at_most = COMPARISONS["<="]
        return lambda item, values: (
            _compared(low(item, values), middle(item, values), at_most)
            and _compared(middle(item, values), high(item, values), at_most)
        )

    def _membership(self, left: Operand) -> Condition:
        self._need("(")
        choices = [self._operand()]
        while self._take(","):
            choices.append(self._operand())
        self._need(")")
        equal = COMPARISONS["="]
        return lambda item, values: any(
            _compared(left(item, values), choice(item, values), equal) for choice in choices
        )

    def _operand(self) -> Operand:
        token = self._peek()
        if token.startswith(":"):
            self._at += 1
            return lambda _, values: _value(values, token)
        path = self._path()
        return lambda item, _: item.get(path)

    def _path(self) -> str:
        token = self._next()
        if token.startswith("#"):
            if token not in self._names:
                raise ExpressionError(f"{token} is not defined")
            return self._names[token]
        if token in KEYWORDS or not token[0].isalpha():
            raise ExpressionError(f"{token} is no attribute in {self._text!r}")
        return token

    def _place(self) -> tuple[str, ...]:
        names = [self._path()]
        while self._take("."):
            names.append(self._path())
        return tuple(names)

    def sections(self) -> tuple[list[tuple[str, Operand]], list[tuple[str, ...]]]:
        sets: list[tuple[str, Operand]] = []
        removes: list[tuple[str, ...]] = []
        while self._at < len(self._tokens):
            section = self._next()
            if section == "SET":
                sets += self._listed(self._assignment)
            elif section == "REMOVE":
                removes += self._listed(self._place)
            else:
                raise ExpressionError(f"unknown section {section} in {self._text!r}")
        named = [name for name, _ in sets] + [".".join(place) for place in removes]
        if len(set(named)) < len(named) or not named:
            raise ExpressionError(f"two paths overlap, or none is there, in {self._text!r}")
        return sets, removes

    def _listed(self, one: Callable[[], Listed]) -> list[Listed]:
        found = [one()]
        while self._take(","):
            found.append(one())
        return found

    def _assignment(self) -> tuple[str, Operand]:
        name = self._path()
        self._need("=")
        left = self._term()
        if not self._take("+"):
            return name, left
        right = self._term()
        return name, lambda item, values: _sum(left(item, values), right(item, values))

    def _term(self) -> Operand:
        if self._peek() != "if_not_exists":
            return self._operand()
        self._at += 1
        self._need("(")
        path = self._path()
        self._need(",")
        other = self._operand()
        self._need(")")
        return lambda item, values: item[path] if path in item else other(item, values)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise ExpressionError(f"unexpected {self._tokens[self._at]} in {self._text!r}")

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise ExpressionError(f"{self._text!r} ends too early")
        self._at += 1
        return token

    def _take(self, token: str) -> bool:
        found = self._peek() == token
        self._at += found
        return found

    def _need(self, token: str) -> None:
        if self._next() != token:
            raise ExpressionError(f"{token} is missing in {self._text!r}")


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"cannot read {text[at:]!r}")
        found.append(match.group(1))
        at = match.end()
    return found


def _value(values: Values, name: str) -> Attribute:
    if name not in values:
        raise ExpressionError(f"{name} is not defined")
    return values[name]


def scalar(value: Attribute) -> tuple[str, Any]:
    """Take a value apart into its type and what compares."""
    ((kind, inner),) = value.items()
    return kind, int(inner) if kind == "N" else inner


def _compared(left: Attribute | None, right: Attribute | None, compare: Compare) -> bool:
    if left is None or right is None:
        return False
    (kind, a), (other, b) = scalar(left), scalar(right)
    return kind == other and compare(a, b)


def _begins(value: Attribute | None, prefix: Attribute | None) -> bool:
    if value is None or prefix is None:
        return False
    (kind, whole), (other, start) = scalar(value), scalar(prefix)
    return kind == other == "S" and whole.startswith(start)


def _sum(left: Attribute | None, right: Attribute | None) -> Attribute:
    if left is None or right is None:
        raise ExpressionError("an attribute that is not there cannot be added to")
    (kind, a), (other, b) = scalar(left), scalar(right)
    if kind != "N" or other != "N":
        raise ExpressionError("only numbers can be added")
    return {"N": str(a + b)}
