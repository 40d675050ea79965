"""Whether what customers send elsewhere comes back to their conversation: the address and the number that we tell."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nightbell.domain.settings_problem import Problem

Table = Mapping[str, Any]


def loop_problems(document: Table) -> Iterator[Problem]:
    """Check the brands that offer e-mail or voicemail while accounts of theirs receive it."""
    for key, brand in document["brands"].items():
        own = [account for account in document["accounts"] if account["brand"] == key]
        for choice, name, channel, plain in _WAYS:
            reached = [
                plain(address)
                for account in own
                if account["channel"] == channel
                for address in (account["account_id"], *account.get("aliases", ()))
            ]
            told = brand.get(name)
            if choice in brand.get("choices", ()) and told and reached and plain(told) not in reached:
                yield Problem(
                    place=f"brands.{key}.{name}",
                    message=f'is "{told}", which none of the brand\'s {channel} accounts receives: '
                    "what customers send there would not come back to their conversation",
                    remedy=f'write {name} = "{reached[0]}", or the address into the account that receives it',
                )


def _number(told: str) -> str:
    return re.sub(r"[\s().-]", "", told)


_WAYS: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
    ("email_us", "email", "email", str.lower),
    ("voicemail", "voicemail", "voicemail", _number),
)
"""Choice, the brand's line that tells where, the channel that receives it, and how two spellings compare."""
