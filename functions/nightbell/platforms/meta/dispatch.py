"""Reading items of Meta's JSON by Meta's table of consequences."""

from nightbell.platforms.meta.consequences import ROWS
from nightbell.platforms.reading.dispatch import Table

_TABLE = Table(ROWS)

read_item = _TABLE.read_item
noise = _TABLE.noise
build_noise = _TABLE.build_noise
role_of = _TABLE.role_of
