"""The update expressions by which calls are written down; kept apart so that tests can evaluate them.

Whatever is known of a call is only ever added, so every one of these may come first, and may come twice.
"""

_DUE = "due_pk = :due_pk, due_at = :due_at, due_since = :due_at"
_BEGUN = "#revision = if_not_exists(#revision, :zero) + :one, expires_at = if_not_exists(expires_at, :expires_at)"
_HEARD = f"heard_at = if_not_exists(heard_at, :now), {_BEGUN}, {_DUE}"

# What was said to the caller stays what was said first. A part that has come before has made the call due already.
OPENED = (
    "SET #line = :line, #org = :org, #caller = if_not_exists(#caller, :caller), "
    "rang_at = if_not_exists(rang_at, :rang_at), wants_words = :wants_words, "
    "#greeting = if_not_exists(#greeting, :greeting), #agreed = if_not_exists(#agreed, :agreed), "
    "due_pk = :due_pk, due_at = if_not_exists(due_at, :due_at), due_since = if_not_exists(due_since, :due_at), "
    f"{_BEGUN}"
)
PART = f"SET #part = if_not_exists(#part, :part), #org = :org, {_HEARD}"
# A recording that is there after all counts, whatever was said before.
PART_AFTER_ALL = f"SET #part = :part, #org = :org, {_HEARD}"
LINE = ", #line = if_not_exists(#line, :line)"
CALLER = ", #caller = if_not_exists(#caller, :caller)"
TYPED = f"SET code_typed = :code, {_HEARD}"

STEP = "SET #step = :yes"

SAME = "#revision = :revision"
LATER = f"SET {_DUE} REMOVE sweeps"
NEVER = "REMOVE due_pk, due_at, due_since, sweeps"
# Its words and its number are in the conversation, where whoever is forgotten is forgotten.
EMPTIED = f"{NEVER}, #caller, #greeting, #agreed, code_typed"
EMPTIED_OF_WORDS = f"{EMPTIED}, #transcript.txt"
