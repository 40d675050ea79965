"""What each kind of X's events leads to: the one table that the parser looks up.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/x.md``; a test compares them.
"""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import Row
from nightbell.platforms.reading.dispatch import Table
from nightbell.platforms.x.rows_direct import DIRECT_ROWS
from nightbell.platforms.x.rows_envelope import ENVELOPE_ROWS
from nightbell.platforms.x.rows_posts import POST_ROWS

ROWS: Mapping[str, Row] = ENVELOPE_ROWS | POST_ROWS | DIRECT_ROWS

TABLE = Table(ROWS)
