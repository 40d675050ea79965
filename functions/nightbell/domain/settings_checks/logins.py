"""Whether an Instagram account says how it was connected: by Facebook's login to its Page, or by Instagram's own."""

from collections.abc import Iterator, Mapping
from typing import Any

from nightbell.domain.settings_problem import Problem

Table = Mapping[str, Any]

_WITH_LOGINS = frozenset({"instagram_direct", "instagram_comments"})
_WITH_OTHER_LOGINS = frozenset({"x_posts", "x_direct"})
"""Which ones they have, the table of fields says."""


def login_problems(document: Table) -> Iterator[Problem]:
    """Check every account's ``login`` and ``page_id``."""
    logins: dict[str, tuple[int, object]] = {}
    for number, account in enumerate(document["accounts"], 1):
        place = f"accounts[{number}]"
        if account["channel"] not in _WITH_LOGINS:
            yield from _useless(account, place)
            continue
        yield from _page_problems(account, place)
        how = (account.get("login", "facebook"), account.get("page_id"))
        first, known = logins.setdefault(account["account_id"], (number, how))
        if how != known:
            yield Problem(
                place=place,
                message=f"is the same Instagram account as accounts[{first}], connected in another way",
                remedy="write the same login and page_id for both",
            )


def _useless(account: Table, place: str) -> Iterator[Problem]:
    names = {"page_id"} if account["channel"] in _WITH_OTHER_LOGINS else {"login", "page_id"}
    for name in sorted(names & set(account)):
        yield Problem(
            place=f"{place}.{name}",
            message=f"has no meaning on {account['channel']}; only Instagram accounts are connected in two ways",
            remedy="take the line out",
        )


def _page_problems(account: Table, place: str) -> Iterator[Problem]:
    by_instagram = account.get("login") == "instagram"
    if by_instagram and "page_id" in account:
        yield Problem(
            place=f"{place}.page_id",
            message='has no meaning with login = "instagram": the account sends for itself',
            remedy='take the line out, or write login = "facebook" if the account is connected through its Page',
        )
    if not by_instagram and "page_id" not in account:
        yield Problem(
            place=f"{place}.page_id",
            message="is missing: the Facebook Page that the Instagram account belongs to sends its messages",
            remedy='write page_id = "…" with the id of the Page, or login = "instagram" if no Page is connected',
        )
