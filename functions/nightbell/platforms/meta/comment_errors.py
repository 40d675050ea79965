"""What Meta's error codes mean for a comment, and for a private reply to one.

They share most codes with messages. Sources: Meta "Graph API: Handling Errors"; Meta "Messenger
Platform: Error Codes"; Meta "Private Replies" §Limitations. 1705 ("an error during posting") stands
in no current document: it does not say that nothing was posted, so it counts as unknown.
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
        1705: Judgement(VerdictKind.UNKNOWN, "the platform reports a fault, and not whether it posted"),
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
