"""The words of the page in the other half of the languages."""

from collections.abc import Mapping

from nightbell.domain.weekly_report.words import DE, EN, ES, Words

_FR = Words(
    title="La semaine de {brand}",
    period="du {first} au {last} · semaine {number} · {zone}",
    clocks="Changement d'heure : cette semaine a eu {hours} heures.",
    missing="Non comptés : {days}. Ce qui suit concerne les autres jours.",
    messages="Messages",
    before="semaine précédente : {value}",
    more="{share} de plus que la semaine précédente ({value})",
    less="{share} de moins que la semaine précédente ({value})",
    same="autant que la semaine précédente",
    this_week="cette semaine",
    last_week="semaine précédente",
    by_channel="Messages par canal",
    by_hour="Messages par heure de la semaine",
    hour_key=(
        "Plus la couleur est vive, plus il y en a ; au plus {most} en une heure. Encadré : ouvert, "
        "selon les réglages actuels."
    ),
    ack="Jusqu'au départ du texte automatique",
    ack_hint="Du message à l'accusé ou au renvoi qui y répond aussitôt.",
    first="Première réponse d'une personne",
    first_hint="Chaque épisode une fois, la semaine où la réponse est partie.",
    first_open="Arrivé pendant l'ouverture",
    first_closed="Arrivé pendant la fermeture",
    opening="en temps d'ouverture",
    wall="à l'horloge",
    median="la moitié en",
    faster="La moitié de {n} a été plus rapide",
    within="{share} en",
    promises="Promesses tenues",
    promises_hint="La première réponse est arrivée à l'heure annoncée au client.",
    kept="tenue",
    broken="rompue",
    kept_of="{kept} sur {of}",
    sends="Essais d'envoi, par résultat",
    automatic="automatique",
    person="par une personne",
    waiting="Ce qui attend",
    waiting_at="{at}, après la fin de la semaine.",
    unknown="Personne n'a regardé à temps.",
    ratings="Notes",
    average="{value} sur 10 en moyenne",
    points="points",
    fewest="moins de {least}",
    none="Aucun.",
    table="La même chose en tableau",
    channel="Canal",
    count="Nombre",
    day="Jour",
    all="Tous",
    how_title="Comment on compte",
    how=(
        "Compté d'après les lignes que Nightbell écrit sur tout ce qu'il fait, à l'heure où il l'a "
        "fait. Rien n'est compté deux fois ; ce qui s'est fait juste quand une fonction s'arrêtait "
        "peut manquer.\nLes durées sont justes à un pour cent. « {half} » est le milieu de toutes, « "
        "{most} » laisse de côté les plus lentes. En dessous de {least}, ni l'un ni l'autre ; en "
        "dessous de {few}, pas de pourcentage.\n« En temps d'ouverture » laisse de côté les heures de "
        "fermeture, telles qu'elles étaient au départ de la réponse.\nUne promesse compte une fois la "
        "réponse donnée ; ce qui attend encore n'est dans aucun chiffre ci-dessus."
    ),
    outcomes={
        "sent": "envoyé",
        "refused": "refusé par la plateforme",
        "unknown": "peut-être envoyé, à vérifier",
        "put_off": "pas encore, nouvel essai",
        "held_back": "retenu : plus voulu",
        "undelivered": "revenu non remis",
    },
    channels={
        "email": "E-mail",
        "sms": "SMS",
        "voicemail": "Messagerie vocale",
        "standard": "Formulaire de contact",
        "google_reviews": "Avis Google",
    },
)

_IT = Words(
    title="La settimana di {brand}",
    period="da {first} a {last} · settimana {number} · {zone}",
    clocks="È cambiata l'ora: questa settimana ha avuto {hours} ore.",
    missing="Non contati: {days}. Quanto segue riguarda gli altri giorni.",
    messages="Messaggi",
    before="settimana precedente: {value}",
    more="{share} in più della settimana precedente ({value})",
    less="{share} in meno della settimana precedente ({value})",
    same="quanti la settimana precedente",
    this_week="questa settimana",
    last_week="settimana precedente",
    by_channel="Messaggi per canale",
    by_hour="Messaggi per ora della settimana",
    hour_key=(
        "Più intenso il colore, più messaggi; al massimo {most} in un'ora. Con cornice: aperto, "
        "secondo le impostazioni di adesso."
    ),
    ack="Fino alla partenza del testo automatico",
    ack_hint="Dal messaggio alla conferma o all'avviso che risponde subito.",
    first="Prima risposta di una persona",
    first_hint="Ogni episodio una volta, nella settimana in cui la risposta è partita.",
    first_open="Arrivato in orario di apertura",
    first_closed="Arrivato a negozio chiuso",
    opening="in orario di apertura",
    wall="sull'orologio",
    median="la metà in",
    faster="La metà di {n} è stata più rapida",
    within="il {share} in",
    promises="Promesse mantenute",
    promises_hint="La prima risposta è arrivata entro l'ora detta al cliente.",
    kept="mantenuta",
    broken="non mantenuta",
    kept_of="{kept} su {of}",
    sends="Tentativi di invio, per esito",
    automatic="automatico",
    person="di una persona",
    waiting="Che cosa aspetta",
    waiting_at="{at}, dopo la fine della settimana.",
    unknown="Nessuno ha guardato in tempo.",
    ratings="Voti",
    average="{value} su 10 in media",
    points="punti",
    fewest="meno di {least}",
    none="Nessuno.",
    table="Lo stesso in tabella",
    channel="Canale",
    count="Numero",
    day="Giorno",
    all="Tutti",
    how_title="Come si conta",
    how=(
        "Contato dalle righe che Nightbell scrive su tutto ciò che fa, all'ora in cui l'ha fatto. "
        "Niente è contato due volte; ciò che è avvenuto mentre una funzione si interrompeva può "
        "mancare.\nI tempi sono esatti all'uno per cento. «{half}» è la metà di tutti, «{most}» lascia "
        "fuori i più lenti. Sotto {least} non c'è nessuno dei due, e sotto {few} niente percentuali.\n"
        "«In orario di apertura» lascia fuori le ore di chiusura, com'erano quando la risposta è "
        "partita.\nUna promessa conta quando si è risposto; ciò che aspetta ancora non è in nessuna "
        "delle cifre qui sopra."
    ),
    outcomes={
        "sent": "inviato",
        "refused": "rifiutato dalla piattaforma",
        "unknown": "forse inviato, si verifica",
        "put_off": "non ancora, si riprova",
        "held_back": "trattenuto: non serviva più",
        "undelivered": "tornato non consegnato",
    },
    channels={
        "email": "E-mail",
        "sms": "SMS",
        "voicemail": "Segreteria",
        "standard": "Modulo di contatto",
        "google_reviews": "Recensione Google",
    },
)

_PT = Words(
    title="A semana de {brand}",
    period="{first} a {last} · semana {number} · {zone}",
    clocks="A hora mudou: esta semana teve {hours} horas.",
    missing="Não contados: {days}. O que se segue é sobre os outros dias.",
    messages="Mensagens",
    before="semana anterior: {value}",
    more="{share} mais do que na semana anterior ({value})",
    less="{share} menos do que na semana anterior ({value})",
    same="tantas como na semana anterior",
    this_week="esta semana",
    last_week="semana anterior",
    by_channel="Mensagens por canal",
    by_hour="Mensagens por hora da semana",
    hour_key=(
        "Quanto mais forte a cor, mais; no máximo {most} numa hora. Com moldura: aberto, segundo "
        "as definições de agora."
    ),
    ack="Até o texto automático sair",
    ack_hint="Da mensagem ao aviso que lhe responde logo.",
    first="Primeira resposta de uma pessoa",
    first_hint="Cada episódio uma vez, na semana em que a resposta saiu.",
    first_open="Chegou com a loja aberta",
    first_closed="Chegou com a loja fechada",
    opening="em horário de abertura",
    wall="pelo relógio",
    median="metade em",
    faster="Metade de {n} foi mais rápida",
    within="{share} em",
    promises="Promessas cumpridas",
    promises_hint="A primeira resposta chegou à hora dita ao cliente.",
    kept="cumprida",
    broken="não cumprida",
    kept_of="{kept} de {of}",
    sends="Tentativas de envio, por resultado",
    automatic="automático",
    person="de uma pessoa",
    waiting="O que espera",
    waiting_at="{at}, depois do fim da semana.",
    unknown="Ninguém viu a tempo.",
    ratings="Avaliações",
    average="{value} de 10 em média",
    points="pontos",
    fewest="menos de {least}",
    none="Nenhuma.",
    table="O mesmo em tabela",
    channel="Canal",
    count="Número",
    day="Dia",
    all="Todos",
    how_title="Como se conta",
    how=(
        "Contado a partir das linhas que o Nightbell escreve sobre tudo o que faz, pela hora em que o "
        "fez. Nada é contado duas vezes; o que se fez quando uma função parava pode faltar.\nOs tempos "
        "são exatos a um por cento. «{half}» é o meio de todos, «{most}» deixa de fora os mais lentos. "
        "Abaixo de {least} não há nenhum, e abaixo de {few} não há percentagens.\n«Em horário de "
        "abertura» deixa de fora as horas de fecho, tal como eram quando a resposta saiu.\nUma "
        "promessa conta quando se respondeu; o que ainda espera não está em nenhum dos números acima."
    ),
    outcomes={
        "sent": "enviada",
        "refused": "recusada pela plataforma",
        "unknown": "talvez enviada, a verificar",
        "put_off": "ainda não, repete-se",
        "held_back": "retida: já não era precisa",
        "undelivered": "devolvida sem entrega",
    },
    channels={
        "email": "E-mail",
        "sms": "SMS",
        "voicemail": "Correio de voz",
        "standard": "Formulário de contacto",
        "google_reviews": "Crítica no Google",
    },
)

WORDS: Mapping[str, Words] = {"en": EN, "de": DE, "es": ES, "fr": _FR, "it": _IT, "pt": _PT}


def language_of(asked: str) -> str:
    """Choose the page's language: the one that is asked for, by its tag or the part before the hyphen, or English."""
    short = asked.partition("-")[0]
    return short if short in WORDS else "en"
