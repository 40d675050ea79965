"""The words of the page, in the languages that the desk speaks; English where another is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. Names in braces are filled in.

    Attributes:
        clocks: Said where the week had not 168 hours.
        fewest: Why there is no time.
        how: How it is counted, a paragraph a line.
        outcomes: By :data:`nightbell.domain.weekly_report.tally.OUTCOMES`.
        channels: Those whose name depends on the language.
    """

    title: str
    period: str
    clocks: str
    missing: str
    messages: str
    before: str
    more: str
    less: str
    same: str
    this_week: str
    last_week: str
    by_channel: str
    by_hour: str
    hour_key: str
    ack: str
    ack_hint: str
    first: str
    first_hint: str
    first_open: str
    first_closed: str
    opening: str
    wall: str
    median: str
    faster: str
    within: str
    promises: str
    promises_hint: str
    kept: str
    broken: str
    kept_of: str
    sends: str
    automatic: str
    person: str
    waiting: str
    waiting_at: str
    unknown: str
    ratings: str
    average: str
    points: str
    fewest: str
    none: str
    table: str
    channel: str
    count: str
    day: str
    all: str
    how_title: str
    how: str
    outcomes: Mapping[str, str]
    channels: Mapping[str, str]


_PROPER = {
    "messenger": "Messenger",
    "whatsapp": "WhatsApp",
    "facebook_comments": "Facebook",
    "facebook_private_reply": "Facebook → Messenger",
    "instagram_direct": "Instagram direct",
    "instagram_comments": "Instagram",
    "instagram_private_reply": "Instagram → direct",
    "telegram": "Telegram",
    "linkedin": "LinkedIn",
    "x_posts": "X",
    "x_direct": "X direct",
    "twilio_whatsapp": "WhatsApp (Twilio)",
    "line": "LINE",
}


def channel_name(channel: str, words: Words) -> str:
    """Name a channel; one that nobody has thought of by its own name."""
    return words.channels.get(channel) or _PROPER.get(channel) or channel


EN = Words(
    title="The week of {brand}",
    period="{first} to {last} · week {number} · {zone}",
    clocks="The clocks changed: this week had {hours} hours.",
    missing="Not counted: {days}. What follows is about the other days.",
    messages="Messages",
    before="week before: {value}",
    more="{share} more than the week before ({value})",
    less="{share} fewer than the week before ({value})",
    same="as many as the week before",
    this_week="this week",
    last_week="week before",
    by_channel="Messages by channel",
    by_hour="Messages by hour of the week",
    hour_key=("The stronger the colour, the more; at most {most} in an hour. Framed: open, as the settings stand now."),
    ack="Until the automatic text left",
    ack_hint="From the message to the receipt or redirect that answers it at once.",
    first="First answer by a person",
    first_hint="Each episode once, in the week in which the answer left.",
    first_open="Came while open",
    first_closed="Came while closed",
    opening="in opening time",
    wall="on the clock",
    median="half within",
    faster="Half of {n} were faster",
    within="{share} within",
    promises="Promises kept",
    promises_hint="The first answer came by the time the customer was told.",
    kept="kept",
    broken="broken",
    kept_of="{kept} of {of}",
    sends="Tries to send, by outcome",
    automatic="automatic",
    person="by a person",
    waiting="What waits",
    waiting_at="{at}, after the week's end.",
    unknown="Nobody has looked in time.",
    ratings="Ratings",
    average="{value} of 10 on average",
    points="points",
    fewest="fewer than {least}",
    none="None.",
    table="The same as a table",
    channel="Channel",
    count="Count",
    day="Day",
    all="All",
    how_title="How it is counted",
    how=(
        "Counted from the lines that Nightbell writes for each thing it does, by when it did it. "
        "Nothing is counted twice; what was done just as a function died may be missing.\nTimes are "
        "true to one per cent. “{half}” is the middle of all, “{most}” leaves the slowest out. Under "
        "{least} there is neither, and no percentage under {few}.\n“In opening time” leaves out the "
        "hours in which you were closed, as they were when the answer left.\nA promise counts once it "
        "was answered; what still waits is in none of the figures above."
    ),
    outcomes={
        "sent": "sent",
        "refused": "refused by the platform",
        "unknown": "perhaps sent, looked after",
        "put_off": "not yet, tried again",
        "held_back": "held back: not wanted any more",
        "undelivered": "came back undelivered",
    },
    channels={
        "email": "Mail",
        "sms": "Text message",
        "voicemail": "Voicemail",
        "standard": "Contact form",
        "google_reviews": "Google review",
    },
)

DE = Words(
    title="Die Woche von {brand}",
    period="{first} bis {last} · Woche {number} · {zone}",
    clocks="Die Uhren wurden umgestellt: Diese Woche hatte {hours} Stunden.",
    missing="Nicht gezählt: {days}. Alles Weitere gilt für die übrigen Tage.",
    messages="Nachrichten",
    before="Vorwoche: {value}",
    more="{share} mehr als in der Vorwoche ({value})",
    less="{share} weniger als in der Vorwoche ({value})",
    same="so viele wie in der Vorwoche",
    this_week="diese Woche",
    last_week="Vorwoche",
    by_channel="Nachrichten nach Kanal",
    by_hour="Nachrichten nach Stunde der Woche",
    hour_key=(
        "Je kräftiger die Farbe, desto mehr; höchstens {most} in einer Stunde. Gerahmt: geöffnet, "
        "nach den jetzigen Einstellungen."
    ),
    ack="Bis der automatische Text hinausging",
    ack_hint="Von der Nachricht bis zur Empfangsbestätigung oder Weiterleitung, die sofort antwortet.",
    first="Erste Antwort eines Menschen",
    first_hint="Jede Episode einmal, in der Woche, in der die Antwort hinausging.",
    first_open="Kam während der Öffnungszeit",
    first_closed="Kam, als geschlossen war",
    opening="in Öffnungszeit",
    wall="auf der Uhr",
    median="die Hälfte in",
    faster="Die Hälfte von {n} war schneller",
    within="{share} in",
    promises="Gehaltene Zusagen",
    promises_hint="Die erste Antwort kam bis zu der Zeit, die dem Kunden genannt war.",
    kept="gehalten",
    broken="gebrochen",
    kept_of="{kept} von {of}",
    sends="Sendeversuche nach Ausgang",
    automatic="automatisch",
    person="von Menschen",
    waiting="Was wartet",
    waiting_at="{at}, nach dem Ende der Woche.",
    unknown="Niemand hat rechtzeitig nachgesehen.",
    ratings="Bewertungen",
    average="im Mittel {value} von 10",
    points="Punkte",
    fewest="unter {least}",
    none="Keine.",
    table="Dasselbe als Tabelle",
    channel="Kanal",
    count="Anzahl",
    day="Tag",
    all="Alle",
    how_title="Wie gezählt wird",
    how=(
        "Gezählt aus den Zeilen, die Nightbell über alles schreibt, was es tut, nach der Zeit, zu der "
        "es geschah. Nichts zählt doppelt; was geschah, als gerade eine Funktion abbrach, kann "
        "fehlen.\nZeiten stimmen auf ein Prozent. „{half}“ ist die Mitte von allen, „{most}“ lässt die "
        "langsamsten aus. Unter {least} gibt es beides nicht, unter {few} keine Prozente.\n„In "
        "Öffnungszeit“ lässt die Stunden aus, in denen geschlossen war, so wie es war, als die Antwort "
        "hinausging.\nEine Zusage zählt, sobald geantwortet ist; was noch wartet, steckt in keiner der "
        "Zahlen oben."
    ),
    outcomes={
        "sent": "gesendet",
        "refused": "von der Plattform abgelehnt",
        "unknown": "vielleicht gesendet, wird geprüft",
        "put_off": "noch nicht, wird wiederholt",
        "held_back": "zurückgehalten: nicht mehr erwünscht",
        "undelivered": "kam unzustellbar zurück",
    },
    channels={
        "email": "E-Mail",
        "sms": "SMS",
        "voicemail": "Anrufbeantworter",
        "standard": "Kontaktformular",
        "google_reviews": "Google-Rezension",
    },
)

ES = Words(
    title="La semana de {brand}",
    period="{first} a {last} · semana {number} · {zone}",
    clocks="Cambió la hora: esta semana tuvo {hours} horas.",
    missing="Sin contar: {days}. Lo que sigue trata de los demás días.",
    messages="Mensajes",
    before="semana anterior: {value}",
    more="{share} más que la semana anterior ({value})",
    less="{share} menos que la semana anterior ({value})",
    same="tantos como la semana anterior",
    this_week="esta semana",
    last_week="semana anterior",
    by_channel="Mensajes por canal",
    by_hour="Mensajes por hora de la semana",
    hour_key=(
        "Cuanto más intenso el color, más; "
        "como mucho {most} en una hora. Con marco: abierto, según los ajustes de ahora."
    ),
    ack="Hasta que salió el texto automático",
    ack_hint="Desde el mensaje hasta el acuse o el aviso que contesta enseguida.",
    first="Primera respuesta de una persona",
    first_hint="Cada episodio una vez, en la semana en que salió la respuesta.",
    first_open="Llegó con la tienda abierta",
    first_closed="Llegó con la tienda cerrada",
    opening="en horario de apertura",
    wall="por el reloj",
    median="la mitad en",
    faster="La mitad de {n} fue más rápida",
    within="el {share} en",
    promises="Promesas cumplidas",
    promises_hint="La primera respuesta llegó a la hora que se le dijo al cliente.",
    kept="cumplida",
    broken="incumplida",
    kept_of="{kept} de {of}",
    sends="Intentos de envío, por resultado",
    automatic="automático",
    person="de una persona",
    waiting="Lo que espera",
    waiting_at="{at}, tras el final de la semana.",
    unknown="Nadie ha mirado a tiempo.",
    ratings="Valoraciones",
    average="{value} de 10 de media",
    points="puntos",
    fewest="menos de {least}",
    none="Ninguno.",
    table="Lo mismo en una tabla",
    channel="Canal",
    count="Número",
    day="Día",
    all="Todos",
    how_title="Cómo se cuenta",
    how=(
        "Se cuenta con las líneas que Nightbell escribe de cada cosa que hace, por la hora en que la "
        "hizo. Nada se cuenta dos veces; lo que se hizo justo cuando una función se cortaba puede "
        "faltar.\nLos tiempos son exactos al uno por ciento. «{half}» es la mitad de todos, «{most}» "
        "deja fuera los más lentos. Con menos de {least} no hay ninguno, y con menos de {few} no hay "
        "porcentajes.\n«En horario de apertura» deja fuera las horas de cierre, tal como eran cuando "
        "salió la respuesta.\nUna promesa cuenta cuando se ha respondido; lo que aún espera no está en "
        "ninguna de las cifras de arriba."
    ),
    outcomes={
        "sent": "enviado",
        "refused": "rechazado por la plataforma",
        "unknown": "quizá enviado, se comprueba",
        "put_off": "todavía no, se repite",
        "held_back": "retenido: ya no hacía falta",
        "undelivered": "devuelto sin entregar",
    },
    channels={
        "email": "Correo",
        "sms": "SMS",
        "voicemail": "Buzón de voz",
        "standard": "Formulario de contacto",
        "google_reviews": "Reseña de Google",
    },
)
