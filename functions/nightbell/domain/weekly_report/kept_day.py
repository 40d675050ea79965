"""A day's counts as they are kept, small and exact: nothing but numbers by names."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from nightbell.domain.keys import encode_part
from nightbell.domain.weekly_report.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDay:
    """One day of one brand.

    Attributes:
        waiting: How many conversations waited for a person just after it, by channel; ``None`` where nobody looked.
        waiting_at: When that was, aware.
    """

    tally: Tally = field(default_factory=Counter)
    waiting: Mapping[str, int] | None = None
    waiting_at: datetime | None = None


def report_pk(brand: str) -> str:
    """Name the partition of a brand's counts."""
    return f"REPORT#{encode_part(brand)}"


def day_sk(day: date) -> str:
    """Name the counts of one day."""
    return f"D#{day.isoformat()}"


def packed(tally: Tally) -> str:
    """Write a tally as text."""
    rows = [[*name, count] for name, count in sorted(tally.items()) if count]
    return base64.b64encode(zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 9)).decode()


def unpacked(text: str) -> Tally:
    """Read :func:`packed` back."""
    rows = json.loads(zlib.decompress(base64.b64decode(text)))
    return Counter({tuple(row[:-1]): row[-1] for row in rows})
