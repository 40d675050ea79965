"""The desk page's files: what no browser is needed for to see."""

import hashlib
import re
from pathlib import Path

import pytest

from nightbell.adapters.page_files import SCRIPT, page_files
from nightbell.domain.reason_codes import CODES
from nightbell.services.desk_api.one_script import one_script

PAGE = Path(__file__).parents[2] / "functions" / "nightbell" / "desk_page"
LANGUAGES = ("en", "es", "de", "fr", "it", "pt")
MOST_BYTES = 40_000
"""Of everything that a visit loads, zipped."""
LIBRARY = "preact.js"
STRING = re.compile(r'^  (\w+): "(.+)",(?: // pragma: allowlist secret)?$', re.MULTILINE)
PREFIXES = (
    *("act", "attachment", "channel", "choice", "count", "did", "do", "how", "kind", "linked"),
    "objection",
    *("problem", "reason", "state", "unit", "way", "why"),
)
"""Of strings that are looked up by a word of the API's."""


def _strings(language: str) -> dict[str, str]:
    return dict(STRING.findall((PAGE / f"strings_{language}.js").read_text()))


def _own_code() -> dict[str, str]:
    files = (path for path in PAGE.glob("*.js") if path.name != LIBRARY and not path.name.startswith("strings_"))
    return {path.name: path.read_text() for path in files}


def _imported(name: str) -> set[str]:
    return set(re.findall(r'from "\./(\w+\.js)"', (PAGE / name).read_text()))


def _loaded(name: str = "main.js") -> set[str]:
    found, ahead = {name}, [name]
    while ahead:
        new = _imported(ahead.pop()) - found
        found |= new
        ahead += new
    return found


def _zipped(*names: str) -> int:
    files = page_files()
    return sum(len(files[name].zipped) for name in names)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_every_string_with_the_same_blanks_and_forms(language: str) -> None:
    english, translated = _strings("en"), _strings(language)
    assert translated.keys() == english.keys()
    blanks = re.compile(r"\{\w+\}")
    odd = [
        key
        for key, words in translated.items()
        if set(blanks.findall(words)) | {"{n}"} != set(blanks.findall(english[key])) | {"{n}"}
        or words.count("|") != english[key].count("|")
    ]
    assert odd == []


def test_every_string_is_said_somewhere() -> None:
    code = "\n".join(_own_code().values())
    said = set(re.findall(r'"(\w+)"', code))
    unsaid = [key for key in _strings("en") if key not in said and not key.startswith(tuple(f"{p}_" for p in PREFIXES))]
    assert unsaid == []


def test_every_word_that_is_said_is_a_string() -> None:
    code = "\n".join(_own_code().values())
    said = set(re.findall(r'\bt\("(\w+)"', code)) | set(re.findall(r'(?:left|over): "(\w+)"', code))
    assert said - _strings("en").keys() == set()


def test_every_reason_that_has_a_code_has_words() -> None:
    assert {key.removeprefix("why_") for key in _strings("en") if key.startswith("why_")} == set(CODES.values())


def test_every_file_is_used() -> None:
    languages = {f"strings_{language}.js" for language in LANGUAGES}
    assert {path.name for path in PAGE.iterdir()} == _loaded() | languages | {"index.html", "desk.css", "bell.svg"}


def test_a_visit_loads_little() -> None:
    largest = max(_zipped(f"strings_{language}.js") for language in LANGUAGES)
    assert _zipped("index.html", "desk.css", "bell.svg", SCRIPT) + largest <= MOST_BYTES


def test_the_languages_to_choose_from_are_those_that_there_are() -> None:
    listed = re.search(r"LANGUAGES = \{(.*?)\}", (PAGE / "words.js").read_text())
    assert listed is not None
    assert set(re.findall(r"(\w+):", listed[1])) == set(LANGUAGES)
    assert {path.stem for path in PAGE.glob("strings_*.js")} == {f"strings_{language}" for language in LANGUAGES}


def test_the_script_holds_every_module_after_what_it_needs() -> None:
    script = page_files()[SCRIPT].content.decode()
    assert re.findall(r"^(?:import|export)\b.*", script, re.MULTILINE) == []
    scopes = re.findall(r"^const _(\w+) = ", script, re.MULTILINE)
    assert {f"{name}.js" for name in scopes} == _loaded()
    assert len(scopes) == len(set(scopes))
    early = [
        (name, needed)
        for place, name in enumerate(scopes)
        for needed in _imported(f"{name}.js")
        if needed.removesuffix(".js") not in scopes[:place]
    ]
    assert early == []


def test_what_a_module_gives_and_takes_is_all_that_changes() -> None:
    modules = {
        "main": 'import { twice } from "./sums.js";\n\ntwice(2);\n',
        "sums": "export const two = 2;\nfunction of(n) {}\nexport function twice(n) { return two * of(n); }\n",
        "other": "export class Alone {}\n",
    }
    assert one_script(modules).splitlines() == [
        "const _sums = (() => {",
        "const two = 2;",
        "function of(n) {}",
        "function twice(n) { return two * of(n); }",
        "",
        "return { two: two, twice: twice };",
        "})();",
        "const _main = (() => {",
        "const { twice } = _sums;",
        "",
        "twice(2);",
        "",
        "return {  };",
        "})();",
    ]


def test_a_list_of_exports_is_given_by_its_names() -> None:
    script = one_script({"main": 'import { h } from "./lib.js";\nh();', "lib": "var k=1;export{k as h,j as t};\n"})
    assert "var k=1;\nreturn { h: k, t: j };" in script


def test_nothing_stands_in_the_document_that_its_policy_forbids() -> None:
    document = (PAGE / "index.html").read_text()
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", document) == []
    assert re.findall(r'(?:src|href)="(?!/desk/files/)[^"]*"', document) == []


@pytest.mark.parametrize(
    "way", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("]
)
def test_no_text_becomes_markup_or_code(way: str) -> None:
    assert [name for name, code in _own_code().items() if way in code] == []


def test_no_module_names_another_host() -> None:
    assert [name for name, code in _own_code().items() if re.search(r'"https?://\w', code)] == []


def test_the_library_is_the_one_that_was_published() -> None:
    head, _, code = (PAGE / LIBRARY).read_text().partition("*/\n")
    published = f"{code}//# sourceMappingURL=preact.mjs.map\n"
    named = re.search(r"sha256\n(\w{64})", head)
    assert named is not None
    assert hashlib.sha256(published.encode()).hexdigest() == named[1]
