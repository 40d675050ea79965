"""Every channel that shows our hours before anybody has written; apart from the registry, because no function needs it."""

from collections.abc import Mapping

from nightbell.platforms.meta.messenger_profile import MessengerProfile
from nightbell.platforms.meta.whatsapp_profile import WhatsAppProfile
from nightbell.platforms.profile import Profile

PROFILES: Mapping[str, Profile] = {"messenger": MessengerProfile(), "whatsapp": WhatsAppProfile()}
"""By channel; those that have no such place are not here."""
