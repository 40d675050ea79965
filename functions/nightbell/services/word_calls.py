"""Write what a number says to its callers now: whether we are open, by when somebody answers, what they agree to."""

from datetime import datetime

from nightbell.domain.business import Account, TextId
from nightbell.domain.events import Spoken
from nightbell.domain.promise import promise_since
from nightbell.domain.texts import CALL_BACK, PLACEHOLDER, Occasion, render, text_for, values_for
from nightbell.platforms.twilio.voice import Voice
from nightbell.services.answer_call import Wording


def word_calls(account: Account, now: datetime, hook: str) -> Wording:
    """Write it in the brand's first language: nobody knows a caller's.

    Args:
        account: The number that is called.
        now: Aware, UTC.
        hook: Our own address for the platform, without a slash at its end.
    """
    brand, language, channel = account.brand, account.brand.default_language, account.channel
    promise, hours = promise_since(now, account, now), account.hours
    occasion = Occasion(now=now, promised_by=promise, opens_at=hours.next_opening(now))
    values = values_for(brand, language, channel, occasion)

    def say(text_id: TextId) -> str:
        return render(text_for(brand, text_id, language, channel), values)

    values[CALL_BACK] = say(TextId.VOICEMAIL_CALL_BACK)
    text_id = TextId.VOICEMAIL_OPEN if hours.stretch_at(now).is_open else TextId.VOICEMAIL_CLOSED
    named = PLACEHOLDER.findall(text_for(brand, text_id, language, channel))
    promised_by = promise if "promised_by" in named else None
    return Wording(
        greeting=Spoken(text_id=text_id, text=say(text_id), promised_by=promised_by),
        call_back=values[CALL_BACK] if CALL_BACK in named else "",
        voice=Voice(
            hook=hook,
            language=language,
            wants_words=account.transcribe,
            ask_code=say(TextId.VOICEMAIL_CODE),
            code_ok=say(TextId.VOICEMAIL_CODE_OK),
            code_unknown=say(TextId.VOICEMAIL_CODE_UNKNOWN),
            record=say(TextId.VOICEMAIL_RECORD),
            thanks=say(TextId.VOICEMAIL_THANKS),
            nothing=say(TextId.VOICEMAIL_NOTHING),
        ),
    )
