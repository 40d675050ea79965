"""Whom we believe to be X, what we would sign for anybody, and whose post is an answer of our own."""

from tests.chaos.mutants.critical.mistake import Critical

_SIGNATURE, _SIGNATURE_TESTS = "platforms/x/signature.py", "platforms/x/test_signature.py"
_HANDSHAKE, _HANDSHAKE_TESTS = "platforms/x/handshake.py", "platforms/x/test_handshake.py"
_READING = "platforms/x/test_reading.py"
_READ = f"{_READING}::test_a_delivery_is_signed_and_becomes_what_its_fixture_expects"
_VERDICTS, _SENDING = "platforms/x/errors.py", "platforms/x/test_sending.py"
_FIND, _FIND_TESTS = "platforms/x/read_back_posts.py", "platforms/x/test_read_back.py"

ON_X = (
    Critical(
        name="compare a signature of X with ==",
        file=_SIGNATURE,
        was="matches = [same(sign(body, secret), header) for secret in secrets]",
        became="matches = [sign(body, secret) == header for secret in secrets]",
        test=f"{_SIGNATURE_TESTS}::test_a_signature_is_compared_with_every_secret_in_constant_time",
    ),
    Critical(
        name="take an answer to X's check for the signature of a delivery",
        file=_SIGNATURE,
        was='if not body or is_token(body.decode("latin-1")):',
        became="if not body:",
        test=f"{_HANDSHAKE_TESTS}::test_what_was_answered_never_serves_as_a_signature",
    ),
    Critical(
        name="sign for anybody what could be a delivery of X",
        file=_HANDSHAKE,
        was="if not signature.is_token(token):",
        became="if not token:",
        test=f"{_HANDSHAKE_TESTS}::test_nobody_can_ask_for_the_signature_of_a_delivery",
    ),
    Critical(
        name="answer X's check with a key that anybody could guess",
        file=_HANDSHAKE,
        was="usable = [secret for secret in secrets if signature.is_usable(secret)]",
        became="usable = list(secrets)",
        test=f"{_HANDSHAKE_TESTS}::test_a_secret_too_short_to_be_one_answers_nothing",
    ),
    Critical(
        name="take a secret of X of a few characters",
        file="platforms/x/platform.py",
        was="usable = [secret for secret in secrets.get(SECRET, ()) if signature.is_usable(secret)]",
        became="usable = list(secrets.get(SECRET, ()))",
        test=f"{_READING}::test_a_body_signed_with_a_short_secret_is_refused",
    ),
    Critical(
        name="take a post of our own for a contact's",
        file="platforms/x/posts.py",
        was="if post.author_id == place.account_id:",
        became="if False:",
        test=_READ,
    ),
    Critical(
        name="answer a post of another program",
        file="platforms/x/posts.py",
        was="if post.author.is_bot:",
        became="if False:",
        test=_READ,
    ),
    Critical(
        name="take an answer of X with nothing but errors for a success",
        file=_VERDICTS,
        was='if is_success and ("data" in body or "errors" not in body):',
        became="if is_success:",
        test=f"{_SENDING}::test_an_error_means_what_x_documents",
    ),
    Critical(
        name="take a failure of X for a refusal, though it may have posted",
        file=_VERDICTS,
        was="if status >= 500 or 300 <= status < 400:",
        became="if 300 <= status < 400:",
        test=f"{_SENDING}::test_an_error_means_what_x_documents",
    ),
    Critical(
        name="send again where X kept a part of the answers to itself",
        file=_FIND,
        was='return count == len(optional_list(body, "data")) and not told.get("next_token")',
        became="return True",
        test=f"{_FIND_TESTS}::test_what_stands_below_a_post",
    ),
    Critical(
        name="take the same words of somebody else for our answer on X",
        file=_FIND,
        was="if author == account_id and _is(words, text)]",
        became="if _is(words, text)]",
        test=f"{_FIND_TESTS}::test_what_stands_below_a_post",
    ),
)
