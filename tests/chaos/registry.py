"""Every part of ``make chaos``; a new proof is one line."""

from tests.chaos.crashes.proof import CRASHES
from tests.chaos.forgery.part import FORGERY
from tests.chaos.part import Part

PARTS: tuple[Part, ...] = (
    CRASHES,
    FORGERY,
)
