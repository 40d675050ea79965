"""What must be gone is gone: words that were taken back, and everything of whoever asked for deletion."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from nightbell.domain.keys import message_sk
from tests.chaos.town.history import History, Judgement, contact_of
from tests.chaos.town.post import Posted

WordsTold = Mapping[str, Sequence[tuple[datetime, set[str]]]]
"""When the human queue was told which words, by conversation."""
MARK = re.compile(r"\b(?:w\d+x\d+w|n\d+[piw]n)\b")
"""Words and names in a town have a mark of their own, so that whatever is left of them can be found."""


def marks(text: str) -> set[str]:
    return set(MARK.findall(text))


def judge_privacy(history: History, judged: Judgement) -> None:
    left = marks(json.dumps(history.items, default=str))
    told: dict[str, list[tuple[datetime, set[str]]]] = defaultdict(list)
    for each in history.told:
        told[each.content["conversation_id"]].append((each.at, marks(each.body)))
    _taken_back(history, left, told, judged)
    _deleted(history, left, told, judged)


def _taken_back(history: History, left: set[str], told: WordsTold, judged: Judgement) -> None:
    """Look for words in the table, and in what the queue was told after it was known that they are gone."""
    homes = {each["sk"]: pk for pk, partition in history.partitions.items() for each in partition.messages}
    words: dict[str, set[str]] = defaultdict(set)
    for said in history.said.values():
        words[said.thing] |= marks(said.writing.text)
    for unsend in history.said.values():
        if unsend.writing.kind != "unsend" or unsend.posted.heard_at is None:
            continue
        gone = words[unsend.thing]
        judged.count("taken back", unsend.channel)
        if found := gone & left:
            judged.add("unexpected", f"{sorted(found)} is stored and was taken back", unsend.channel)
        home = homes.get(message_sk(unsend.message_id), "")
        if unsend.posted.is_spilled or not home:
            continue
        if late := gone & _since(told.get(home, ()), unsend.posted.heard_at):
            judged.add("unexpected", f"{sorted(late)} was told of {home} after it was taken back", unsend.channel)


def _since(told: Iterable[tuple[datetime, set[str]]], when: datetime) -> set[str]:
    return {word for at, words in told if at > when for word in words}


def _deleted(history: History, left: set[str], told: WordsTold, judged: Judgement) -> None:
    done_at = {who: history.deletions.get(_code(posted)) for who, posted in history.asked if posted.acknowledged}
    judged.count("deletions", times=len(done_at))
    theirs: dict[str, set[str]] = defaultdict(set)
    for said in history.said.values():
        if not said.unnamed:
            theirs[said.contact.user_id or said.contact.contact_id] |= marks(f"{said.writing.text} {said.contact.name}")
    everything = [each for tellings in told.values() for each in tellings]
    for who, at in done_at.items():
        if at is None:
            judged.add("lost", f"the request to delete {who} was never done")
        elif found := theirs[who] & (left | _since(everything, at)):
            judged.add("unexpected", f"{sorted(found)} is left of {who}, who is deleted")
    for pk, partition in history.partitions.items():
        if partition.forgotten and contact_of(pk) not in done_at:
            judged.add("unexpected", f"{pk} was forgotten and nobody asked for it")


def _code(posted: Posted) -> str:
    code: str = json.loads(posted.answer)["confirmation_code"]
    return code
