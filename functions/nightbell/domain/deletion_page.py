"""The page on which a person reads what became of their request to delete what we hold of them.

Required by Meta, "Data Deletion Request Callback": the address and the code must lead to an explanation that a human
can read, with a reason for whatever is not deleted. It names nobody: whoever has the link may read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nightbell.domain.deletion import DeletionRequest
from nightbell.domain.html_page import html_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Whom to write to.

    Attributes:
        email: ``None`` where the business names none.
    """

    name: str
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    title: str
    received: str
    deleted: str
    nothing: str
    why: str
    remains: str
    write: str
    reply: str
    unknown_title: str
    unknown: str
    code: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        title="Your request to delete your data",
        received="We received the request on {day} (UTC) and are deleting now. It takes minutes as a rule, at most "
        "a few hours. Open this page again later.",
        deleted="Done on {day} (UTC). Everything written under the id that the platform gave us is deleted, with "
        "every name and address that went with it. Conversations: {conversations}; messages: {messages}.",
        nothing="Looked up on {day} (UTC): under the id that the platform gave us we hold nothing, so there was "
        "nothing to delete.",
        why="The platform named you by the id that belongs to our app. Who writes to us on Messenger, Instagram or "
        "WhatsApp is known to us by another id, and the platform does not tell which two belong together. So messages "
        "that you sent us there may still be stored.",
        remains="What remains is that messages were there, with their numbers, times and a checksum, so that a "
        "late copy from the platform does not bring them back; and safety copies of our database for up to 35 days.",
        write="To have them deleted, write to",
        reply="To have them deleted, write to us in that conversation that you want it.",
        unknown_title="No such request",
        unknown="There is no request with this code, or it is more than 400 days old. Is the link complete?",
        code="Code of your request",
    ),
    "es": _Words(
        title="Tu solicitud de eliminación de datos",
        received="Recibimos la solicitud el {day} (UTC) y estamos eliminando los datos. Suele tardar unos minutos "
        "y, como mucho, unas horas. Vuelve a abrir esta página más tarde.",
        deleted="Hecho el {day} (UTC). Hemos eliminado todo lo escrito con el identificador que nos dio la "
        "plataforma, junto con los nombres y direcciones asociados. Conversaciones: {conversations}; mensajes: "
        "{messages}.",
        nothing="Comprobado el {day} (UTC): con el identificador que nos dio la plataforma no guardamos nada, así "
        "que no había nada que eliminar.",
        why="La plataforma te nombró con el identificador propio de nuestra aplicación. A quien nos escribe por "
        "Messenger, Instagram o WhatsApp lo conocemos por otro identificador, y la plataforma no dice cuáles van "
        "juntos. Por eso puede que aún guardemos mensajes que nos enviaste por ahí.",
        remains="Solo queda constancia de que hubo mensajes, con su número, su hora y una suma de comprobación, "
        "para que una copia tardía de la plataforma no los traiga de vuelta; y copias de seguridad durante un "
        "máximo de 35 días.",
        write="Para que los eliminemos, escribe a",
        reply="Para que los eliminemos, dínoslo en esa misma conversación.",
        unknown_title="No existe esa solicitud",
        unknown="No hay ninguna solicitud con este código, o tiene más de 400 días. ¿Está completo el enlace?",
        code="Código de tu solicitud",
    ),
}
LANGUAGES: Sequence[str] = tuple(_WORDS)


def deletion_page(request: DeletionRequest, responsible: Sequence[Responsible], language: str) -> str:
    """Write the page for a request as it stands."""
    words = _WORDS[language]
    matched = request.done_at is not None and request.conversations > 0
    sentences = [_what_became(words, request)]
    if not matched:
        sentences.append(words.why)
    if request.done_at is not None:
        sentences.append(words.remains if matched else words.reply)
    body = [f"<h1>{escape(words.title)}</h1>", *(f"<p>{escape(sentence)}</p>" for sentence in sentences)]
    body += [_addresses(words, responsible), f'<p class="faint">{escape(words.code)}: <code>{request.code}</code></p>']
    return html_page(language, words.title, "\n".join(filter(None, body)))


def unknown_page(language: str) -> str:
    """Write the page for a code that there is not."""
    words = _WORDS[language]
    body = f"<h1>{escape(words.unknown_title)}</h1>\n<p>{escape(words.unknown)}</p>"
    return html_page(language, words.unknown_title, body)


def _what_became(words: _Words, request: DeletionRequest) -> str:
    at = request.done_at or request.asked_at
    pattern = words.received
    if request.done_at:
        pattern = words.deleted if request.conversations else words.nothing
    return pattern.format(day=f"{at:%Y-%m-%d %H:%M}", conversations=request.conversations, messages=request.messages)


def _addresses(words: _Words, responsible: Sequence[Responsible]) -> str:
    known = [(one.name, one.email) for one in responsible if one.email]
    if not known:
        return ""
    listed = "".join(
        f'<li>{escape(name)}: <a href="mailto:{escape(email)}">{escape(email)}</a></li>' for name, email in known
    )
    return f"<p>{escape(words.write)}</p>\n<ul>{listed}</ul>"
