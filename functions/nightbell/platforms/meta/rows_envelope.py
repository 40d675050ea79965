"""What deliveries hold that no surface claims."""

from nightbell.platforms.reading.consequence import ALARM, NOISE, Row

ENVELOPE_ROWS = {
    "meta.changed_fields": Row(ALARM, "The subscription names changed fields without values, so no content arrives."),
    "meta.empty": Row(NOISE, "The delivery or one of its entries holds no event."),
    "meta.foreign_object": Row(NOISE, "It belongs to an object that Nightbell does not serve."),
    "meta.test": Row(NOISE, "The dashboard's test button sent it; nobody is waiting."),
}
