"""What holding a promise asks of the table, by the names it has in the design.

Kept apart from the code that uses it so that tests can evaluate the very strings.
"""

WAITING_BETWEEN = "waiting_pk = :shard AND waiting_at BETWEEN :oldest AND :newest"

# What an agent promised is marked on what people did, which every act of theirs moves on.
MARKED = "due_pk = :due_pk, due_at = :due_at, due_since = :due_at"
UNMARKED = "due_pk, due_at, due_since, sweeps"
MARK_AGAIN = "SET due_at = :until, due_since = :until REMOVE sweeps"
UNMARK = f"REMOVE {UNMARKED}"
IS_MARKED_IF = "attribute_exists(due_pk) AND acts = :read_acts"

# A brand that the settings have now: whoever waits there stays in the lists when they have it no more.
BRAND_KNOWN = "SET known = :known"

# H9: a unit that nobody has written before.
BORN_IF = "attribute_not_exists(pk)"
