"""What Meta's error codes mean for a comment, and for a private reply to one.

They share most codes with messages. Sources: Meta "Graph API: Handling Errors"; Meta "Messenger
Platform: Error Codes"; Meta "Pages API: Comments and @mentions" §Limitations (1705); Meta "Private
Replies" §Limitations.
"""

from dataclasses import replace

from nightbell.platforms.channel import VerdictKind
from nightbell.platforms.meta.graph_errors import INSTAGRAM_ERRORS, Judgement

_GONE = Judgement(VerdictKind.REFUSED, "it is no longer there, or nobody but its author sees it")
_NOT_PRIVATELY = Judgement(VerdictKind.REFUSED, "this cannot be answered privately")

COMMENT_ERRORS = replace(
    INSTAGRAM_ERRORS,
    by_code={
        **INSTAGRAM_ERRORS.by_code,
        506: Judgement(VerdictKind.SENT, "the very same words stand there already"),
        # Not the account's end: with a token of the wrong kind, its private replies fail too, and say so.
        1705: Judgement(VerdictKind.REFUSED, "only a Page may comment here, and the token is a person's"),
    },
    by_pair={**INSTAGRAM_ERRORS.by_pair, (100, 33): _GONE},
)

PRIVATE_REPLY_ERRORS = replace(
    INSTAGRAM_ERRORS,
    by_code={
        **INSTAGRAM_ERRORS.by_code,
        10900: Judgement(VerdictKind.SENT, "it was answered privately already"),
        10902: _NOT_PRIVATELY,
    },
    by_pair={**INSTAGRAM_ERRORS.by_pair, (100, 33): _GONE, (100, 2534025): _NOT_PRIVATELY},
)
