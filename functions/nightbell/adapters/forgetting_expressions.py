"""The update expressions by which content is removed and identity stays; kept apart so that tests can evaluate them.

What stays of a message is that it was there: its id, number, kind, times and hash. Without them an old redelivery would
bring it back.
"""

IS_THERE = "attribute_exists(pk)"

TAKEN_BACK = "SET blanked_at = if_not_exists(blanked_at, :at) REMOVE txt, att, choice, as_received, about"
"""In R1, which does not know what is there: what lies elsewhere is found by Sweep through what stays. Where the
message itself has not come yet, this leaves a mark that it meets."""
MESSAGE_BLANKED = f"{TAKEN_BACK}, whole_in, kept_in"

PREVIEW_DROPPED = "REMOVE preview"

UNIT_BLANKED = "SET blanked_at = if_not_exists(blanked_at, :at) REMOVE txt, public_text, address, about"
UNIT_BLANKED_IF = "attribute_exists(pk) AND NOT st IN (:READY, :SENDING, :RECOVERING)"
LOG_BLANKED = "SET blanked_at = if_not_exists(blanked_at, :at) REMOVE what"
CONSENT_BLANKED = "SET blanked_at = if_not_exists(blanked_at, :at) REMOVE address, leads_by"
REFERENCE_BLANKED = "REMOVE conversation"
REFERENCE_BLANKED_IF = "conversation = :conversation"

# Closed, too: nobody can answer whom nobody knows, and what was still to be sent is held back by that.
CONVERSATION_FORGOTTEN = (
    "SET seen_seq = :up_to, forgotten_at = :at "
    "REMOVE contact_name, address, preview, consent, follow_up, asked, #reference, via, via_account, via_address, "
    "lang, about, reasons, lapsed, agent_id, agent_until, agent_shown, waiting_pk, waiting_at"
)
CONVERSATION_FORGOTTEN_IF = "last_seq = :up_to"
FORGOTTEN_RECORD = (
    "SET forgotten_by = if_not_exists(forgotten_by, :who), forgotten_at = if_not_exists(forgotten_at, :at), "
    "up_to = :up_to"
)

DELETION_DONE = (
    "SET done_at = :at, conversations = :conversations, messages = :messages "
    "REMOVE user_id, due_pk, due_at, due_since, sweeps"
)
DELETION_OPEN = "attribute_exists(pk) AND attribute_not_exists(done_at)"
WORK_DONE = "SET done_at = :at REMOVE due_pk, due_at, due_since, sweeps"
