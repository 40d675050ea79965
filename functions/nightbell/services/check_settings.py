"""Refuse a settings file before it is deployed, naming every fault and its remedy."""

from collections.abc import Mapping

from nightbell.domain.build_settings import KnownCalendars
from nightbell.domain.settings_checks.brands import brand_problems
from nightbell.domain.settings_checks.hours import hours_problems
from nightbell.domain.settings_checks.texts import text_problems
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.settings_problem import Problem, SettingsError
from nightbell.domain.texts import FormLimits
from nightbell.services.settings_shape import shape_problems


def check_settings(
    raw: bytes,
    limits: Mapping[str, FormLimits],
    calendars: KnownCalendars,
    replies: Mapping[str, FormLimits | None] | None = None,
) -> list[Problem]:
    """Find everything that is wrong in a settings file.

    What cannot be judged before something else is put right is left for the next check: the
    meaning of a file of the wrong shape, for one.

    Args:
        raw: The file as it is.
        limits: What fits a message, for every channel that there is.
        calendars: Knows the public holidays that may be named.
        replies: For every channel that everybody reads, what fits its private reply; ``None`` where it has none.
    """
    try:
        document = parse_settings(raw)
    except SettingsError as error:
        return [error.problem]
    found = list(shape_problems(document)) or [
        *hours_problems(document, calendars),
        *brand_problems(document, limits, replies or {}),
        *text_problems(document, limits, replies or {}),
    ]
    # Brands share words, and one fault in them is one fault.
    return list(dict.fromkeys(found))
