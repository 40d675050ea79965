"""Writes the page's modules as one script: each file is a call of the function, and twenty at once start it as often.

Nothing is built beforehand and nothing is rewritten but what a module imports and exports: each stays a scope of its
own, in an order in which whatever one needs stands before it.
"""

import re
from collections.abc import Iterator, Mapping

_IMPORT = re.compile(r'^import (\{[^}]+\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_EXPORT_LIST = re.compile(r"export\s*\{([^}]+)\};?\s*$")


def one_script(modules: Mapping[str, str], first: str = "main") -> str:
    """Write a module, and all that it imports by name, as one.

    Args:
        modules: The code of each, by its name without an ending.
        first: Which one the page starts.
    """
    return "\n".join(_scope(name, modules[name]) for name in _in_order(modules, first, set()))


def _in_order(modules: Mapping[str, str], name: str, known: set[str]) -> Iterator[str]:
    if name in known:
        return
    known.add(name)
    for needed in _IMPORT.finditer(modules[name]):
        yield from _in_order(modules, needed[2], known)
    yield name


def _scope(name: str, code: str) -> str:
    listed = _EXPORT_LIST.search(code)
    pairs = [one.split(" as ") for one in listed[1].split(",")] if listed else []
    exported = [f"{pair[-1].strip()}: {pair[0].strip()}" for pair in pairs]
    exported += [f"{each[1]}: {each[1]}" for each in _EXPORT.finditer(code)]
    inner = _EXPORT.sub("", _EXPORT_LIST.sub("", _IMPORT.sub(r"const \1 = _\2;", code)))
    return f"const _{name} = (() => {{\n{inner}\nreturn {{ {', '.join(exported)} }};\n}})();"
