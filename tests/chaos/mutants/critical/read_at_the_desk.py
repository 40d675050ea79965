"""What agents read: all that waits, nothing that is answered, and no way that is closed to them."""

from tests.chaos.mutants.critical.mistake import Critical

_LIST, _STORY = "contract/test_desk_list.py", "contract/test_desk_story.py"

READ_AT_THE_DESK = (
    Critical(
        name="list what is answered",
        file="services/desk_list.py",
        was="self._store.standings(pks) if each.conversation.is_waiting]",
        became="self._store.standings(pks)]",
        test=f"{_LIST}::test_what_is_answered_is_not_listed_although_the_index_lags",
    ),
    Critical(
        name="put a broken promise behind what nobody was promised",
        file="services/desk_list.py",
        was="promise is None or promise.at >= now,",
        became="True,",
        test=f"{_LIST}::test_a_broken_promise_comes_before_what_nobody_was_promised",
    ),
    Critical(
        name="leave out what a busy table did not serve",
        file="adapters/desk_reading.py",
        was='asked = answer.get("UnprocessedKeys")',
        became="asked = None",
        test=f"{_LIST}::test_what_a_busy_table_leaves_out_is_asked_for_again",
    ),
    Critical(
        name="hide what waits behind what is over",
        file="services/desk_entries.py",
        was='if entry.get("waits") or (place < MOST and room > 0):',
        became="if place < MOST and room > 0:",
        test=f"{_STORY}::test_what_waits_is_shown_however_much_is_over",
    ),
    Critical(
        name="hide the end of a flood and have it closed",
        file="services/desk_entries.py",
        was="is_full = any(message.seq == last + 1 for message in parts.messages)",
        became="is_full = False",
        test="contract/test_desk_api.py::test_a_flood_is_read_and_finished_in_pages",
    ),
    Critical(
        name="show words that did not arrive as if they had",
        file="services/desk_entries.py",
        was="unit.kind.sends and unit.state in REACHED",
        became="unit.kind.sends",
        test=f"{_STORY}::test_words_that_reached_nobody_are_told_apart",
    ),
    Critical(
        name="offer a way that is closed",
        file="services/desk_ways.py",
        was="for way in found if way.is_open(now)]",
        became="for way in found]",
        test=f"{_STORY}::test_whoever_answers_is_told_how_and_until_when",
    ),
    Critical(
        name="have somebody called who never agreed",
        file="services/desk_ways.py",
        was='(("call", call), ("mail", mail)) if address]',
        became='(("call", call), ("mail", mail))]',
        test=f"{_STORY}::test_nobody_may_call_or_mail_without_a_record_of_their_consent",
    ),
    Critical(
        name="find a conversation under another spelling of its key",
        file="domain/desk_key.py",
        was='pk.startswith("C#") and desk_key(pk) == key',
        became='pk.startswith("C#")',
        test="unit/test_desk_key.py::test_another_spelling_of_a_key_is_none",
    ),
)
