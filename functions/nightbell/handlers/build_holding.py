"""Compose what tells contacts that their answer takes longer."""

from nightbell.adapters.hold_table import HoldTable
from nightbell.handlers.build_acknowledge import Acknowledging
from nightbell.handlers.environment import Environment
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.hold_promises import HoldPromises
from nightbell.services.look_at_promise import LookAtPromise
from nightbell.services.ports import Hints
from nightbell.services.say_holding import SayHolding


def build_holding(acknowledging: Acknowledging, env: Environment, hints: Hints) -> HoldPromises:
    """Compose it once for an execution environment: it remembers what needs nothing yet."""
    known, store = acknowledging.settings, HoldTable(acknowledging.table, env.due_shards)
    look = LookAtPromise(known.accounts, CHANNELS)
    say = SayHolding(store, look, AnswerWays(known.accounts, CHANNELS, SENDERS), SENDERS)
    return HoldPromises(store=store, look=look, say=say, hints=hints, settings=known, clock=acknowledging.clock)
