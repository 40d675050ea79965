"""Every part of ``make chaos``; a new proof is one line."""

from tests.chaos.crashes.alive import ALIVE
from tests.chaos.crashes.ladder import LADDER
from tests.chaos.crashes.proof import CRASHES
from tests.chaos.custody import PART as CUSTODY
from tests.chaos.forgery.part import FORGERY
from tests.chaos.hostile.part import HOSTILE
from tests.chaos.load import PART as LOAD
from tests.chaos.loops import PART as LOOPS
from tests.chaos.mutants.part import MUTANTS
from tests.chaos.outage import PART as OUTAGE
from tests.chaos.part import Part
from tests.chaos.privilege.part import PRIVILEGE
from tests.chaos.rotation.part import ROTATION
from tests.chaos.soak import PART as SOAK
from tests.chaos.storm import PART as STORM
from tests.chaos.timing import PART as TIME
from tests.chaos.wire.deaths import DEATHS
from tests.chaos.wire.matrix import WIRE

PARTS: tuple[Part, ...] = (
    CRASHES,
    LADDER,
    ALIVE,
    FORGERY,
    HOSTILE,
    ROTATION,
    PRIVILEGE,
    SOAK,
    OUTAGE,
    CUSTODY,
    LOOPS,
    LOAD,
    TIME,
    STORM,
    WIRE,
    DEATHS,
    MUTANTS,
)
