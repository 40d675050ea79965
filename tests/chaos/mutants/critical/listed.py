"""All the mistakes that must never pass."""

from collections.abc import Sequence

from tests.chaos.mutants.critical.acknowledging import ACKNOWLEDGING
from tests.chaos.mutants.critical.answered import ANSWERED
from tests.chaos.mutants.critical.at_the_desk import AT_THE_DESK
from tests.chaos.mutants.critical.at_the_edge import AT_THE_EDGE
from tests.chaos.mutants.critical.by_a_person import BY_A_PERSON
from tests.chaos.mutants.critical.by_mail import BY_MAIL
from tests.chaos.mutants.critical.by_telephone import BY_TELEPHONE
from tests.chaos.mutants.critical.deciding import DECIDING
from tests.chaos.mutants.critical.elsewhere import ELSEWHERE
from tests.chaos.mutants.critical.hours import HOURS
from tests.chaos.mutants.critical.in_a_storm import IN_A_STORM
from tests.chaos.mutants.critical.in_chats import IN_CHATS
from tests.chaos.mutants.critical.in_public import IN_PUBLIC
from tests.chaos.mutants.critical.mistake import Critical
from tests.chaos.mutants.critical.on_line import ON_LINE
from tests.chaos.mutants.critical.on_x import ON_X
from tests.chaos.mutants.critical.promised import PROMISED
from tests.chaos.mutants.critical.read_at_the_desk import READ_AT_THE_DESK
from tests.chaos.mutants.critical.receiving import RECEIVING
from tests.chaos.mutants.critical.states import STATES
from tests.chaos.mutants.critical.to_systems import TO_SYSTEMS
from tests.chaos.mutants.critical.to_the_team import TO_THE_TEAM
from tests.chaos.mutants.critical.verification import VERIFICATION
from tests.chaos.mutants.critical.watched import WATCHED
from tests.chaos.mutants.critical.whose_it_is import WHOSE_IT_IS

CRITICAL: Sequence[Critical] = (
    *VERIFICATION,
    *ELSEWHERE,
    *BY_MAIL,
    *BY_TELEPHONE,
    *IN_CHATS,
    *ON_LINE,
    *ON_X,
    *RECEIVING,
    *AT_THE_EDGE,
    *AT_THE_DESK,
    *ANSWERED,
    *READ_AT_THE_DESK,
    *BY_A_PERSON,
    *PROMISED,
    *DECIDING,
    *ACKNOWLEDGING,
    *STATES,
    *HOURS,
    *IN_PUBLIC,
    *IN_A_STORM,
    *WHOSE_IT_IS,
    *TO_SYSTEMS,
    *TO_THE_TEAM,
    *WATCHED,
)
SHORT = frozenset(
    {
        "accept a missing signature",
        "compare signatures with ==",
        "drop the size limit",
        "skip A1",
        "clear due when an echo comes",
    }
)
