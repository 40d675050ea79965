"""The desk's own conditions and updates, by the names they have in the design; H1 to H3 stand with the others.

Kept apart from the code that uses them so that tests can evaluate the very strings.
"""

from nightbell.adapters import table_expressions as e

# What people did: every write moves the counter on from where it was read.
FIRST_ACT_IF = "attribute_not_exists(acts)"
NEXT_ACT_IF = "acts = :read_acts"

# Held by whoever acts, and not over.
HELD_IF = f"{e.HELD_BY} AND agent_until >= :at"
AS_READ_IF = "last_seq = :read_last AND seen_seq = :read_seen"

KEEP = "SET agent_until = :until"
KEEP_IF = f"{HELD_IF} AND {AS_READ_IF}"
LET_GO_AS_READ_IF = KEEP_IF

GIVE = "SET agent_id = :to, agent_until = :until, agent_shown = :zero"
GIVE_HELD_IF = f"agent_id = :read_agent AND agent_until = :read_until AND {AS_READ_IF}"
GIVE_FREE_IF = f"attribute_not_exists(agent_id) AND {AS_READ_IF}"

CLOSE = f"{e.CLOSE} REMOVE agent_id, agent_until, agent_shown"
CLOSE_IF = f"{e.CLOSE_IF} AND agent_until >= :at"
CLOSE_ALL = f"{e.CLOSE_ALL}, agent_id, agent_until, agent_shown"
CLOSE_ALL_IF = f"{e.CLOSE_ALL_IF} AND agent_until >= :at"
ASKING = "SET asked = :asked, "
