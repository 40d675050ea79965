"""Refuse a settings file before it is deployed, naming every fault and its remedy."""

from collections.abc import Mapping

from nightbell.domain.build_settings import Calendars
from nightbell.domain.settings_problem import Problem
from nightbell.domain.texts import FormLimits


def check_settings(raw: bytes, limits: Mapping[str, FormLimits], calendars: Calendars) -> list[Problem]:
    """Find everything that is wrong in a settings file.

    Args:
        raw: The file as it is.
        limits: What fits a message, for every channel that there is.
        calendars: Knows the public holidays that may be named.
    """
    raise NotImplementedError
