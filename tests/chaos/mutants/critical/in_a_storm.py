"""Mistakes by which a storm would be answered by hundreds of lines, or by none, or never end."""

from tests.chaos.mutants.critical.mistake import Critical

IN_A_STORM = (
    Critical(
        name="say a storm's line below every comment",
        file="services/keep_pace.py",
        was="        return known[0] == name",
        became="        return bool(name)",
        test="contract/test_storms.py::test_the_first_below_a_post_says_the_line_and_the_others_are_handed_over",
    ),
    Critical(
        name="forget after a death whose the storm's line is",
        file="adapters/pace_table.py",
        was="    found = claimed.old if isinstance(claimed, Refused) else claimed",
        became="    found = None if isinstance(claimed, Refused) else claimed",
        test="contract/test_storms.py::test_the_line_is_still_its_own_for_a_unit_that_died_on_the_way",
    ),
    Critical(
        name="hold a complaint back like all others in a storm",
        file="domain/storm.py",
        was="    return not _FIRST.isdisjoint(conversation.reasons)",
        became="    return False",
        test="unit/test_storm.py::test_complaints_emergencies_and_contacts_who_matter_come_first",
    ),
    Critical(
        name="let a storm go on although nobody looks any more",
        file="domain/storm.py",
        was="        return self.until > now",
        became="        return True",
        test="unit/test_storm.py::test_it_ends_for_all_who_send_even_if_nobody_looks_any_more",
    ),
    Critical(
        name="take a person who writes a thousand times for a storm",
        file="services/watch_storms.py",
        was="            people = len({each.author for each in theirs})",
        became="            people = len(theirs)",
        test="unit/test_watch_storms.py::test_one_person_alone_makes_no_storm_however_much_they_write",
    ),
    Critical(
        name="pause no longer however often it was too much",
        file="services/open_way.py",
        was="        until = now + longer(asked, way.breaker.slowed)",
        became="        until = now + longer(asked, 0)",
        test="contract/test_storms.py::test_too_much_holds_back_the_whole_account_each_time_for_longer",
    ),
)
