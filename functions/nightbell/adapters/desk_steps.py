"""What each act at the desk changes about the conversation's own item, and on which condition."""

from nightbell.adapters import desk_expressions as d
from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_items import Item, attribute
from nightbell.domain.conversation import Conversation
from nightbell.services.desk_ports import Close, Give, Keep, LetGo, Step, Take


def on_conversation(step: Step) -> tuple[str, str, Item]:
    """Name an update, its condition, and the values of both."""
    match step:
        case Take(agent=agent, until=until, now=now):
            return e.TAKE, e.TAKE_IF, _used(agent=agent, until=until, now=now, zero=0)
        case Keep(agent=agent, until=until, now=now, read=read):
            return d.KEEP, d.KEEP_IF, _used(agent=agent, until=until, at=now) | _as_read(read)
        case Give():
            return _give(step)
        case LetGo():
            return _let_go(step)
        case Close():
            return _close(step)


def _give(step: Give) -> tuple[str, str, Item]:
    used = _used(to=step.to, until=step.until, zero=0) | _as_read(step.read)
    if step.read.agent_id is None:
        return d.GIVE, d.GIVE_FREE_IF, used
    held = _used(read_agent=step.read.agent_id, read_until=step.read.agent_until)
    return d.GIVE, d.GIVE_HELD_IF, used | held


def _let_go(step: LetGo) -> tuple[str, str, Item]:
    if step.read is None:
        return e.LET_GO, e.HELD_BY, _used(agent=step.agent)
    used = _used(agent=step.agent, at=step.now) | _as_read(step.read)
    if not step.asked:
        return e.LET_GO, d.KEEP_IF, used
    return d.LET_GO_ASKING, d.KEEP_IF, used | _used(asked=step.asked)


def _close(step: Close) -> tuple[str, str, Item]:
    """Take the entry off the list where nothing is left."""
    update, condition = (e.CLOSE_ALL, e.CLOSE_ALL_IF) if step.up_to == step.read.last_seq else (e.CLOSE, e.CLOSE_IF)
    used = _used(agent=step.agent, at=step.now, up_to=step.up_to)
    if not step.asked:
        return update, condition, used
    return update.replace("SET ", d.ASKING, 1), condition, used | _used(asked=step.asked)


def _as_read(read: Conversation) -> Item:
    return _used(read_last=read.last_seq, read_seen=read.seen_seq)


def _used(**values: object) -> Item:
    return {f":{name}": attribute(value) for name, value in values.items()}
