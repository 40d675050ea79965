"""How opening hours are said in the languages that Nightbell can speak."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursWords:
    """One language.

    Attributes:
        clock: Pattern of a time of day, as in :class:`nightbell.domain.date_words.DateWords`.
        short: Weekdays as they are shortened, Monday first.
        until, opens: Patterns; ``{at}`` is a moment in words.
        ask: What a customer may tap to begin; up to 80 characters each, without emoji.
    """

    clock: str = "{hh}:{mm}"
    short: tuple[str, ...]
    title: str
    week: str
    coming: str
    open: str
    closed: str
    closed_all_day: str
    all_day: str
    until: str
    opens: str
    holiday: str
    on_clock: str
    write: str
    ask: tuple[str, ...]


_EN = HoursWords(
    short=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    title="Opening hours",
    week="Every week",
    coming="Different in the coming weeks",
    open="Open now",
    closed="Closed now",
    closed_all_day="closed",
    all_day="open 24 hours",
    until="until {at}",
    opens="We open again {at}.",
    holiday="public holiday",
    on_clock="All times are local time in {zone}.",
    write="You can write to us at any time",
    ask=("When are you open?", "I have a question.", "I would like to speak with a person."),
)

HOURS_WORDS = {
    "en": _EN,
    "en-US": replace(_EN, clock="{h12}:{mm} {half}"),
    "es": HoursWords(
        short=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        title="Horario",
        week="Cada semana",
        coming="Cambios en las próximas semanas",
        open="Abierto ahora",
        closed="Cerrado ahora",
        closed_all_day="cerrado",
        all_day="abierto 24 horas",
        until="hasta {at}",
        opens="Volvemos a abrir {at}.",
        holiday="festivo",
        on_clock="Todas las horas son hora local de {zone}.",
        write="Puedes escribirnos a cualquier hora",
        ask=("¿Cuándo abrís?", "Tengo una pregunta.", "Me gustaría hablar con una persona."),
    ),
    "ca": HoursWords(
        short=("dl", "dt", "dc", "dj", "dv", "ds", "dg"),
        title="Horari",
        week="Cada setmana",
        coming="Canvis en les properes setmanes",
        open="Obert ara",
        closed="Tancat ara",
        closed_all_day="tancat",
        all_day="obert 24 hores",
        until="fins {at}",
        opens="Tornem a obrir {at}.",
        holiday="festiu",
        on_clock="Totes les hores són hora local de {zone}.",
        write="Ens pots escriure a qualsevol hora",
        ask=("Quan obriu?", "Tinc una pregunta.", "M'agradaria parlar amb una persona."),
    ),
    "de": HoursWords(
        short=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        title="Öffnungszeiten",
        week="Jede Woche",
        coming="Anders in den nächsten Wochen",
        open="Jetzt geöffnet",
        closed="Jetzt geschlossen",
        closed_all_day="geschlossen",
        all_day="24 Stunden geöffnet",
        until="bis {at}",
        opens="Wir öffnen wieder {at}.",
        holiday="Feiertag",
        on_clock="Alle Zeiten sind Ortszeit in {zone}.",
        write="Sie können uns jederzeit schreiben",
        ask=("Wann haben Sie geöffnet?", "Ich habe eine Frage.", "Ich möchte mit einem Menschen sprechen."),
    ),
    "fr": HoursWords(
        short=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
        title="Horaires",
        week="Chaque semaine",
        coming="Changements dans les prochaines semaines",
        open="Ouvert maintenant",
        closed="Fermé maintenant",
        closed_all_day="fermé",
        all_day="ouvert 24 heures sur 24",
        until="jusqu'à : {at}",
        opens="Prochaine ouverture : {at}.",
        holiday="jour férié",
        on_clock="Toutes les heures sont à l'heure locale de {zone}.",
        write="Vous pouvez nous écrire à tout moment",
        ask=("Quand êtes-vous ouverts ?", "J'ai une question.", "Je voudrais parler à une personne."),
    ),
    "it": HoursWords(
        short=("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
        title="Orari di apertura",
        week="Ogni settimana",
        coming="Cambiamenti nelle prossime settimane",
        open="Aperto ora",
        closed="Chiuso ora",
        closed_all_day="chiuso",
        all_day="aperto 24 ore",
        until="chiusura: {at}",
        opens="Prossima apertura: {at}.",
        holiday="giorno festivo",
        on_clock="Tutti gli orari sono nell'ora locale di {zone}.",
        write="Puoi scriverci in qualsiasi momento",
        ask=("Quando siete aperti?", "Ho una domanda.", "Vorrei parlare con una persona."),
    ),
    "nl": HoursWords(
        short=("ma", "di", "wo", "do", "vr", "za", "zo"),
        title="Openingstijden",
        week="Elke week",
        coming="Anders in de komende weken",
        open="Nu open",
        closed="Nu gesloten",
        closed_all_day="gesloten",
        all_day="24 uur open",
        until="tot {at}",
        opens="We gaan weer open: {at}.",
        holiday="feestdag",
        on_clock="Alle tijden zijn plaatselijke tijd in {zone}.",
        write="Je kunt ons altijd schrijven",
        ask=("Wanneer zijn jullie open?", "Ik heb een vraag.", "Ik wil graag iemand spreken."),
    ),
    "pt": HoursWords(
        short=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
        title="Horário",
        week="Todas as semanas",
        coming="Alterações nas próximas semanas",
        open="Aberto agora",
        closed="Fechado agora",
        closed_all_day="fechado",
        all_day="aberto 24 horas",
        until="encerramos {at}",
        opens="Voltamos a abrir {at}.",
        holiday="feriado",
        on_clock="Todas as horas são hora local de {zone}.",
        write="Pode escrever-nos a qualquer hora",
        ask=("Quando estão abertos?", "Tenho uma pergunta.", "Gostaria de falar com uma pessoa."),
    ),
}


def hours_words(language: str) -> HoursWords:
    """Find a language by its tag, or by the part before the first hyphen; English where it is unknown."""
    return HOURS_WORDS.get(language) or HOURS_WORDS.get(language.partition("-")[0]) or _EN
