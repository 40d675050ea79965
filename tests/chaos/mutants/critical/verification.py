"""Who is heard at all."""

from tests.chaos.mutants.critical.mistake import Critical

VERIFICATION = (
    Critical(
        name="compare signatures with ==",
        file="platforms/meta/signature.py",
        was="hmac.compare_digest(sign(body, secret).encode(), header.encode())",
        became="sign(body, secret) == header",
        test="platforms/meta/test_signature.py::test_a_signature_is_compared_with_every_secret_in_constant_time",
    ),
    Critical(
        name="accept a missing signature",
        file="platforms/meta/signature.py",
        was="if header is None or not _FORM.fullmatch(header):",
        became="if header is None:\n        return\n    if not _FORM.fullmatch(header):",
        test="platforms/test_contract.py::test_a_missing_signature_is_refused",
    ),
    Critical(
        name="accept any signature",
        file="platforms/meta/signature.py",
        was="    if not any(matches):",
        became="    if not matches:",
        test="platforms/meta/test_signature.py::test_the_three_spellings_mean_the_same_and_are_signed_apart",
    ),
    Critical(
        name="accept an empty secret",
        file="platforms/meta/signature.py",
        was="not secrets or not all(secrets)",
        became="not secrets",
        test="platforms/meta/test_signature.py::test_no_key_or_an_empty_key_refuses_everything",
    ),
    Critical(
        name="accept an empty body",
        file="platforms/meta/signature.py",
        was="    if not body:",
        became="    if body is None:",
        test="platforms/meta/test_signature.py::test_a_signed_empty_body_is_refused",
    ),
    Critical(
        name="want every secret to match during a rotation",
        file="platforms/meta/signature.py",
        was="not any(matches)",
        became="not all(matches)",
        test="platforms/test_contract.py::test_a_replaced_secret_is_accepted_beside_the_new_one",
    ),
    Critical(
        name="answer a handshake without a token",
        file="platforms/meta/handshake.py",
        was="    if not any(matches):",
        became="    if matches == [None]:",
        test="platforms/meta/test_handshake.py::test_anything_else_is_refused",
    ),
    Critical(
        name="take an empty verify token",
        file="platforms/meta/handshake.py",
        was=" for token in tokens if token]",
        became=" for token in tokens]",
        test="platforms/meta/test_handshake.py::test_without_a_token_nothing_is_accepted",
    ),
    Critical(
        name="show markup in a handshake",
        file="platforms/meta/handshake.py",
        was="_CHALLENGE.fullmatch(challenge)",
        became="_CHALLENGE.match(challenge)",
        test="platforms/meta/test_handshake.py::test_anything_else_is_refused",
    ),
    Critical(
        name="read a key that is given twice",
        file="platforms/json_reading.py",
        was="if len(fields) != len(pairs):",
        became="if False:",
        test="platforms/test_contract.py",
    ),
    Critical(
        name="drop the depth limit",
        file="platforms/json_reading.py",
        was="        if depth > MAX_DEPTH:",
        became="        if depth > MAX_DEPTH * 1000:",
        test="platforms/test_contract.py",
    ),
    Critical(
        name="verify by the older, weaker signature",
        file="platforms/meta/signature.py",
        was='HEADER = "x-hub-signature-256"',
        became='HEADER = "x-hub-signature"',
        test="platforms/test_contract.py",
    ),
    Critical(
        name="use a key that is too short to be secret",
        file="platforms/meta/signature.py",
        was="    return len(secret) >= MIN_SECRET_LENGTH",
        became="    return bool(secret)",
        test="platforms/meta/test_signature.py::test_an_app_secret_is_long_enough_and_a_slip_is_not",
    ),
    Critical(
        name="answer a handshake of any mode",
        file="platforms/meta/handshake.py",
        was='    if query.get("hub.mode") != "subscribe":',
        became='    if "hub.mode" not in query:',
        test="platforms/meta/test_handshake.py::test_anything_else_is_refused",
    ),
)
