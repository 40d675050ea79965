"""Accounts of mail, as the settings give them."""

from zoneinfo import ZoneInfo

from nightbell.domain.business import Account, Brand
from nightbell.domain.opening_hours import OpeningHours


def account(address: str, brand: str = "sol", *, aliases: tuple[str, ...] = ()) -> Account:
    hours = OpeningHours(zone=ZoneInfo("UTC"), weekly=[[]] * 7)
    owner = Brand(key=brand, name=brand.title(), zone=ZoneInfo("UTC"), languages=("es",), hours=hours)
    return Account(channel="email", account_id=address, brand=owner, hours=hours, aliases=aliases)
