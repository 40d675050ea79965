"""Every error that Nightbell raises on purpose.

NightbellError
├── RejectedError            4xx  the sender's fault; nothing was stored
│   ├── SignatureError       401  not proven to be from the platform
│   ├── HandshakeError       403  the verify token does not match
│   ├── UnknownPlatformError 404  no such platform, or not at this path
│   ├── MethodError          405  the platform does not use this method
│   ├── TooLargeError        413  the body exceeds what the platform documents
│   └── EncodingError        415  a compressed body; platforms send none
├── NotUnderstoodError       200  genuine; kept in quarantine and reported
├── MisconfiguredError       500  our own set-up is incomplete; an operator must act
└── UnavailableError         503  nothing was acknowledged; a retry is safe
"""


class NightbellError(Exception):
    """Base of all; ``status`` is what the sender of a delivery is answered."""

    status = 500


class RejectedError(NightbellError):
    """The delivery was refused and nothing was stored; a retry of the same bytes fails again."""

    status = 400


class SignatureError(RejectedError):
    """Nobody proved that the platform sent this; a missing signature is a wrong one."""

    status = 401


class HandshakeError(RejectedError):
    """The verify token of a handshake is missing or wrong."""

    status = 403


class UnknownPlatformError(RejectedError):
    """The path names no platform that is registered."""

    status = 404


class MethodError(RejectedError):
    """The platform never uses this HTTP method here."""

    status = 405


class TooLargeError(RejectedError):
    """The body is larger than the platform's documented limit."""

    status = 413


class EncodingError(RejectedError):
    """The body is compressed; it is refused unread, because it could be a decompression bomb."""

    status = 415


class NotUnderstoodError(NightbellError):
    """A genuine delivery that cannot be read; the caller keeps it in quarantine and answers 200."""

    status = 200


class MisconfiguredError(NightbellError):
    """A secret or setting is missing; nothing works until an operator acts, so alarm."""

    status = 500


class UnavailableError(NightbellError):
    """A store or queue did not answer in time; nothing was promised, so a retry is safe."""

    status = 503
