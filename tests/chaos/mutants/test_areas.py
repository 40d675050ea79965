"""Every module is looked at, or it is said why not."""

from tests.chaos.mutants.areas import AREAS, NOT_MUTATED, REPOSITORY, ROOT, files_of_tests, why_not

MODULES = [str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*.py"))]


def test_every_module_is_in_one_area_or_there_is_a_reason() -> None:
    named = [file for files in AREAS.values() for file in files]
    assert len(named) == len(set(named))
    assert set(named) <= set(MODULES)
    for file in MODULES:
        assert (why_not(file) is None) == (file in named)


def test_no_reason_is_given_for_nothing() -> None:
    assert {why for file in MODULES if (why := why_not(file))} == set(NOT_MUTATED.values())


def test_the_tests_that_are_asked_exist() -> None:
    assert [file for file in files_of_tests() if not (REPOSITORY / file).exists()] == []
