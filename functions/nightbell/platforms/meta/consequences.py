"""What each kind of Meta's events leads to: the one table that the parser looks up.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/meta.md``; a test compares them.
"""

from collections.abc import Mapping

from nightbell.platforms.meta.rows_comments import COMMENT_ROWS
from nightbell.platforms.meta.rows_envelope import ENVELOPE_ROWS
from nightbell.platforms.meta.rows_instagram import INSTAGRAM_ROWS
from nightbell.platforms.meta.rows_messenger import MESSENGER_ROWS
from nightbell.platforms.meta.rows_whatsapp import WHATSAPP_ROWS
from nightbell.platforms.reading.consequence import Consequence, Row

ROWS: Mapping[str, Row] = ENVELOPE_ROWS | COMMENT_ROWS | MESSENGER_ROWS | INSTAGRAM_ROWS | WHATSAPP_ROWS

CONSEQUENCES: Mapping[str, Consequence] = {kind: row.consequence for kind, row in ROWS.items()}
