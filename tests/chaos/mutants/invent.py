"""Invent mistakes: what mutmut knows to change, and what it does not: a statement left out, a test turned round.

Only mutmut's operators are used. Its own runner mutates functions alone, in a copy of the tree; half of our
conditions are constants of a module, and a function whose code is exchanged in a warm process meets its tests
ten times as fast.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from textwrap import dedent
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

from tests.chaos.mutants.areas import ROOT
from tests.chaos.mutants.mutant import Mutant, mutant

Operator = Callable[[Any], Iterable[cst.CSTNode]]
CONSTANTS = (cst.BaseNumber, cst.BaseString, cst.ComparisonTarget, cst.BooleanOperation, cst.BinaryOperation)
"""What is changed outside functions: to empty a constant whole breaks the import, and proves nothing."""
UNTOUCHED = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.Raise)
"""The words of an error are for operators' eyes; that it is raised at all is a statement that can be left out."""


def invent(file: str) -> list[Mutant]:
    """List every mistake in a module, each once."""
    before = (ROOT / file).read_text()
    wrapper = MetadataWrapper(cst.parse_module(before))
    visitor = _Visitor()
    wrapper.visit(visitor)
    found: dict[str, Mutant] = {}
    for number, (old, new) in enumerate(visitor.changes):
        after = _replaced(before, wrapper, old, new)
        if after is not None and after not in found and after != before:
            found[after] = mutant(f"{file}#{number}", file, before, after)
    return list(found.values())


def _replaced(source: str, wrapper: MetadataWrapper, old: cst.CSTNode, new: cst.CSTNode) -> str | None:
    """Write anew the lines of one statement, which takes a hundredth of what a whole module takes."""
    parents, positions = wrapper.resolve(ParentNodeProvider), wrapper.resolve(PositionProvider)
    statement = old
    while not isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        statement = parents[statement]
    whole = positions[statement]
    body = statement.with_changes(leading_lines=())
    before = wrapper.module.code_for_node(body).splitlines()
    changed = body.deep_replace(old, new) if statement is not old else new
    if not isinstance(changed, cst.CSTNode):
        return None
    code = wrapper.module.code_for_node(changed)
    if not _is_code(code):
        return None
    after = code.splitlines()
    lines = source.splitlines()
    first = whole.start.line - 1
    indent = " " * whole.start.column
    if [line.strip() for line in lines[first : first + len(before)]] != [line.strip() for line in before]:
        return None
    out = lines[:first]
    for kind, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        kept = kind == "equal"
        out += lines[first + i1 : first + i2] if kept else [indent + line for line in after[j1:j2]]
    return "\n".join([*out, *lines[first + len(before) :], ""])


def _is_code(statement: str) -> bool:
    """Tell whether a change is a mistake that can be made at all; to parse one statement is enough, and quick."""
    try:
        ast.parse(dedent(statement))
    except (SyntaxError, ValueError):
        return False
    return True


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (ParentNodeProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._functions = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            self._functions += 1
        inside = self._functions > 0
        if inside or isinstance(node, CONSTANTS):
            self.changes += [(node, changed) for operator in _operators(node) for changed in operator(node)]
        return not isinstance(node, UNTOUCHED) and not _is_measure(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef):
            self._functions -= 1


def _operators(node: cst.CSTNode) -> Iterator[Operator]:
    known: tuple[tuple[type, Operator], ...] = (*mutation_operators, *OWN)
    for kind, operator in known:
        if isinstance(node, kind):
            yield FEWER.get(operator, operator)


def _one_string(node: cst.BaseString) -> Iterable[cst.CSTNode]:
    """Change a text once: in another case it is no other mistake."""
    return list(operator_string(node))[:1]


def _one_argument(node: cst.Call) -> Iterable[cst.CSTNode]:
    """Give ``None`` for an argument; to leave it out is a mistake that the type checker sees."""
    return [changed for changed in operator_arg_removal(node) if len(changed.args) == len(node.args)]


FEWER: dict[Operator, Operator] = {operator_string: _one_string, operator_arg_removal: _one_argument}


def _is_measure(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in {"len", "isinstance"}


def _left_out(node: cst.SimpleStatementLine) -> Iterable[cst.CSTNode]:
    (only, *more) = node.body
    call = isinstance(only, cst.Expr) and isinstance(only.value, cst.Call)
    if not more and (call or isinstance(only, cst.Raise)):
        yield node.with_changes(body=[cst.Pass()])


def _turned_round(node: cst.If) -> Iterable[cst.CSTNode]:
    inner = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(operator=cst.Not(), expression=inner))


def _nothing_returned(node: cst.Return) -> Iterable[cst.CSTNode]:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
        yield node.with_changes(value=cst.Name("None"))


OWN: tuple[tuple[type, Operator], ...] = (
    (cst.SimpleStatementLine, _left_out),
    (cst.If, _turned_round),
    (cst.Return, _nothing_returned),
)
