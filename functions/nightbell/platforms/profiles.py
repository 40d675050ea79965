"""Every channel that shows our hours before anybody has written; no function needs it, so it is no registry."""

from collections.abc import Mapping

from nightbell.platforms.meta.messenger_profile import MessengerProfile
from nightbell.platforms.meta.whatsapp_profile import WhatsAppProfile
from nightbell.platforms.profile import Profile

PROFILES: Mapping[str, Profile] = {"messenger": MessengerProfile(), "whatsapp": WhatsAppProfile()}
"""By channel; those that have no such place are not here."""
