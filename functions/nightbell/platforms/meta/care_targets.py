"""What is subscribed and has a token: one thing at Meta may serve several accounts of the settings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nightbell.domain.business import Account
from nightbell.platforms.meta.permissions import needed_permissions
from nightbell.platforms.meta.subscriptions import BRINGS, Product, needed_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Page, an Instagram account with Instagram's own login, or the business account of WhatsApp numbers.

    Attributes:
        product: Whose fields are subscribed.
        object_id: Its id at Meta; of a WhatsApp number whose business account is not told, empty.
        accounts: Those of the settings that hang on it, the one whose token is used first.
    """

    product: Product
    object_id: str
    accounts: Sequence[Account]

    @property
    def login(self) -> str:
        """How its accounts were connected."""
        return self.accounts[0].login

    @property
    def token_of(self) -> str:
        """The account whose access token speaks for it."""
        return self.accounts[0].account_id

    @property
    def fields(self) -> frozenset[str]:
        """The fields of its own that must be subscribed.

        An Instagram account with Facebook's login hears by its Page, whatever that is subscribed to; its own fields
        are the app's. WhatsApp's are the app's, too.
        Source: Meta "Instagram Platform: Webhooks" §Enable Page subscriptions.
        """
        if self.product is Product.WHATSAPP:
            return frozenset()
        needed = [needed_fields(a.channel, login=a.login) for a in self.accounts if _product(a) is self.product]
        return frozenset().union(*needed) or frozenset({"messages"})

    @property
    def permissions(self) -> frozenset[str]:
        """What its token must have been given."""
        return frozenset().union(*map(needed_permissions, self.accounts))


def targets(accounts: Iterable[Account]) -> list[Target]:
    """Group accounts by what they hang on; those of other vendors are left out."""
    grouped: dict[tuple[Product, str], list[Account]] = {}
    for account in accounts:
        if account.channel in BRINGS:
            key = _where(account)
            grouped.setdefault(key, []).append(account)
    return [_target(product, name, found) for (product, name), found in grouped.items()]


def app_fields(accounts: Iterable[Account]) -> dict[Product, frozenset[str]]:
    """Tell which fields the app itself must be subscribed to, by product."""
    wanted: dict[Product, frozenset[str]] = {}
    for account in accounts:
        if account.channel in BRINGS:
            fields = needed_fields(account.channel, login=account.login)
            wanted[_product(account)] = wanted.get(_product(account), frozenset()) | fields
    return wanted


def _product(account: Account) -> Product:
    return BRINGS[account.channel][0]


def _where(account: Account) -> tuple[Product, str]:
    product = _product(account)
    if product is Product.WHATSAPP:
        return product, account.business_account_id or f"number {account.account_id}"
    if product is Product.INSTAGRAM and account.login == "facebook":
        return Product.PAGE, account.page_id or account.account_id
    return product, account.account_id


def _target(product: Product, name: str, found: list[Account]) -> Target:
    # The Page's own token may subscribe it; the one kept for its Instagram account is the same or another.
    own_first = sorted(found, key=lambda account: account.account_id != name)
    return Target(product=product, object_id="" if name.startswith("number ") else name, accounts=tuple(own_first))
