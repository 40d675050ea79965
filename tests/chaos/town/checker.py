"""Judges a whole history, in Jepsen's words: attempts, acknowledged, ok, lost, duplicated, unexpected, recovered."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from nightbell.domain.keys import message_sk
from nightbell.domain.taking_back import UNSEND_OF
from nightbell.domain.told import STATE_WORDS as WORDS
from nightbell.domain.unit import Unit
from tests.chaos.town.history import History, Judgement, Partition, Told, channel_of
from tests.chaos.town.privacy import judge_privacy
from tests.chaos.town.sends import judge_sends


def judge(history: History) -> Judgement:
    judged = Judgement()
    _messages(history, judged)
    for pk, partition in history.partitions.items():
        _numbers(pk, partition, None if history.shown is None else history.shown.get(pk, set()), judged)
    judge_sends(history, judged)
    _last_words(history, judged)
    judge_privacy(history, judged)
    for item in history.items:
        if "due_pk" in item and item["sk"]["S"] != "BRK":
            judged.add("lost", f"{item['pk']['S']} {item['sk']['S']} is due for ever")
    return judged


def _messages(history: History, judged: Judgement) -> None:
    # What is stored under a variant of an id is other content; a message that met its own mark is one, too.
    stored = Counter(
        each["sk"].partition("!")[0] for partition in history.partitions.values() for each in partition.messages
    )
    for message_id, said in history.said.items():
        times, posted = stored.pop(message_sk(message_id), 0), said.posted
        if times > 1:
            judged.add("duplicated", f"message {message_id} is stored {times} times", said.channel)
        elif times == 0 and posted.acknowledged:
            judged.add("lost", f"message {message_id} was answered with 200 and is not stored", said.channel)
        elif times == 0:
            judged.count("never acknowledged", said.channel)
        else:
            judged.count("ok", said.channel)
            judged.count("recovered", times=posted.statuses[:1] != [200])
    for name in stored:
        judged.add("unexpected", f"{name} is stored and nobody wrote it")


def _numbers(pk: str, partition: Partition, shown: set[int] | None, judged: Judgement) -> None:
    numbers, channel = sorted(each["seq"] for each in partition.messages), channel_of(pk)
    last, closed = partition.meta.get("last_seq", 0), partition.meta.get("seen_seq", 0)
    if numbers != list(range(1, last + 1)):
        judged.add("lost", f"{pk}: numbers {numbers} up to {last}", channel)
    if shown is None:
        return
    if closed < last:
        judged.add("lost", f"{pk}: closed up to {closed} of {last}", channel)
    # What is taken back while nothing waits closes itself, and forgetting closes all.
    excused = {each["seq"] for each in partition.messages if _takes_back(each)} | set(range(1, partition.forgotten + 1))
    if unseen := set(range(1, closed + 1)) - shown - excused:
        judged.add("lost", f"{pk}: {sorted(unseen)} closed and never on a screen", channel)


def _takes_back(message: Mapping[str, Any]) -> bool:
    return any(each.get("kind") == UNSEND_OF for each in message.get("att", ()))


def _last_words(history: History, judged: Judgement) -> None:
    """Hold what a reader who keeps the highest revision ends with against the truth."""
    last, lines = _highest(history.told), _highest(each for each in history.told if each.content["public_line"])
    for pk, partition in history.partitions.items():
        if partition.units and pk not in last:
            judged.add("lost", f"{pk}: no person was ever told", channel_of(pk))
        elif partition.units:
            word, true = last[pk]["acknowledgement"]["state"], WORDS[_told_about(partition, last[pk]).state]
            if word != true:
                judged.add("lost", f"{pk}: the last word is {word}, the truth {true}", channel_of(pk))
            _last_word_on_line(pk, partition, lines.get(pk), judged)
    for pk in set(last) - set(history.partitions):
        judged.add("unexpected", f"{pk}: handed off and never stored", channel_of(pk))


def _highest(told: Iterable[Told]) -> dict[str, Mapping[str, Any]]:
    last: dict[str, Mapping[str, Any]] = {}
    for each in told:
        pk = each.content["conversation_id"]
        if pk not in last or each.content["revision"] >= last[pk]["revision"]:
            last[pk] = each.content
    return last


def _last_word_on_line(pk: str, partition: Partition, told: Mapping[str, Any] | None, judged: Judgement) -> None:
    lined = next((unit for unit in partition.units if unit.seq == partition.meta.get("lined")), None)
    if lined is None:
        if told is not None:
            judged.add("unexpected", f"{pk}: a line in public was told of, and none is known", channel_of(pk))
        return
    state = lined.line_state(lined.state)
    true, word = WORDS[state] if state else None, told["public_line"]["state"] if told else None
    if word != true:
        judged.add("lost", f"{pk}: the last word on its line in public is {word}, the truth {true}", channel_of(pk))


def _told_about(partition: Partition, last: Mapping[str, Any]) -> Unit:
    """Find what the newest hand-off speaks of: what the contact was sent last in its episode."""
    ordered = sorted(partition.units, key=lambda unit: unit.seq)
    episode = partition.meta["episode"]
    if episode > ordered[-1].seq:
        # Opened by something that closed itself, of which nobody need hear.
        episode = last["episode"]
    sends = [unit for unit in ordered if unit.kind.sends and unit.seq >= episode]
    return [*ordered, *sends][-1]
