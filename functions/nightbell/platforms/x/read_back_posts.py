"""Reading our answers to one post back, to prove that our line is there, or is not.

Only the answers of this account to this very post are asked for: the same words below another post prove nothing.
Source: X "Search operators" §Post reference operators, §User operators; X "Recent search".
"""

import re
from collections.abc import Mapping
from datetime import datetime

from nightbell.platforms.channel import Answer, HttpOutcome, ReadBack
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import Fields, ShapeError, fields, optional_list, optional_member, text
from nightbell.platforms.reading.said_lines import is_same, look_for, time_of
from nightbell.platforms.x.errors import read_body
from nightbell.platforms.x.post_forms import read_post
from nightbell.platforms.x.wording import unescaped

PATH = "tweets/search/recent"
_OK = 200
_FIELDS = "author_id,created_at,display_text_range,entities,note_tweet,referenced_tweets"
_NOT_AN_ID = re.compile(r"[^0-9A-Za-z_]")


def query(address: str, account_id: str) -> Mapping[str, str]:
    """Ask for what the account answered to a post."""
    wanted = f"in_reply_to_tweet_id:{_word(address)} from:{_word(account_id)}"
    return {"query": wanted, "max_results": "100", "tweet.fields": _FIELDS}


def find(outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
    """Tell whether our line is there."""
    if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
        return ReadBack.UNREADABLE
    body = read_body(outcome)
    try:
        ours = [at for author, at, words in _lines(body, sent_from) if author == account_id and _is(words, text)]
        is_whole = _is_whole(body)
    except ShapeError:
        return ReadBack.UNREADABLE
    return look_for(ours, sent_from=sent_from, reaches_back=is_whole)


def _lines(body: Fields, now: datetime) -> list[tuple[str, datetime, tuple[str, ...]]]:
    """Read each answer, with its words as X shows them and as they were typed."""
    place = Place(channel="x_posts", account_id="", received_at=now, alone=lambda item: item)
    found = [fields(item, "a post") for item in optional_list(body, "data")]
    read = [(read_post(each, None, place), each) for each in found]
    return [
        (post.author_id, time_of(text(each, "created_at")), (post.text, unescaped(text(each, "text"))))
        for post, each in read
    ]


def _is(words: tuple[str, ...], ours: str) -> bool:
    """Compare; what X put before an answer may not be told apart from it, so that the end must do."""
    typed, shown = words
    return is_same(typed, ours) or " ".join(shown.split()).endswith(" " + " ".join(ours.split()))


def _is_whole(body: Fields) -> bool:
    """Tell whether everything is shown, which X says by a count even where there is nothing.

    Raises:
        ShapeError: It does not say.
    """
    told = optional_member(body, "meta")
    count = told.get("result_count")
    if not isinstance(count, int) or "errors" in body:
        raise ShapeError("nobody says how much there is")
    return count == len(optional_list(body, "data")) and not told.get("next_token")


def _word(identifier: str) -> str:
    """Keep an id from being read as more than one word of the query."""
    return _NOT_AN_ID.sub("_", identifier)
