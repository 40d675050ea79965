"""The desk's own conditions and updates beside H1 to H3, which stand with the others.

Kept apart from the code that uses them so that tests can evaluate the very strings.
"""

# What people did: every write moves the counter on from where it was read.
FIRST_ACT_IF = "attribute_not_exists(acts)"
NEXT_ACT_IF = "acts = :read_acts"

# Only by whoever holds it, in their time, and as they saw it.
KEEP = "SET agent_until = :until"
KEEP_IF = "agent_id = :agent AND agent_until >= :at AND last_seq = :read_last AND seen_seq = :read_seen"

GIVE = "SET agent_id = :to, agent_until = :until, agent_shown = :zero"
GIVE_FREE_IF = "attribute_not_exists(agent_id) AND last_seq = :read_last AND seen_seq = :read_seen"
GIVE_HELD_IF = (
    "agent_id = :read_agent AND agent_until = :read_until AND last_seq = :read_last AND seen_seq = :read_seen"
)

ASKING = "SET asked = :asked, "
LET_GO_ASKING = "SET asked = :asked REMOVE agent_id, agent_until, agent_shown"
