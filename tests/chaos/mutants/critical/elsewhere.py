"""Who is heard at all, where it is not Meta that signs."""

from tests.chaos.mutants.critical.mistake import Critical

_RELAY = "platforms/standard/signature.py"
_RELAY_TESTS = "platforms/standard/test_signature.py"
_CURVE, _CURVE_TESTS = "platforms/standard/ed25519.py", "platforms/standard/test_ed25519.py"
_CLAIMS, _CLAIMS_TESTS = "platforms/google/claims.py", "platforms/google/test_claims.py"

ELSEWHERE = (
    Critical(
        name="accept a relay's delivery of any age",
        file=_RELAY,
        was="if abs(received_at.timestamp() - int(attempt.timestamp)) > TOLERANCE_S:",
        became="if received_at.timestamp() < 0:",
        test=f"{_RELAY_TESTS}::test_a_signature_counts_for_five_minutes_on_either_side",
    ),
    Critical(
        name="accept a relay's delivery from the future",
        file=_RELAY,
        was="abs(received_at.timestamp() - int(attempt.timestamp))",
        became="received_at.timestamp() - int(attempt.timestamp)",
        test=f"{_RELAY_TESTS}::test_a_signature_counts_for_five_minutes_on_either_side",
    ),
    Critical(
        name="sign with a public key as if it were a secret",
        file=_RELAY,
        was=(
            "    if secret.startswith(_PUBLIC):\n        return None\n"
            "    key = strict_base64(secret.removeprefix(_SHARED))"
        ),
        became="    key = strict_base64(secret.removeprefix(_SHARED).removeprefix(_PUBLIC))",
        test=f"{_RELAY_TESTS}::test_an_entry_is_checked_with_keys_of_its_own_version_only",
    ),
    Critical(
        name="take an entry of any version for a shared secret's",
        file=_RELAY,
        was=' if version == "v1" for made in expected]',
        became=" for made in expected]",
        test=f"{_RELAY_TESTS}::test_one_of_several_entries_is_enough_and_other_versions_are_skipped",
    ),
    Critical(
        name="leave the id of a relay's delivery unsigned",
        file=_RELAY,
        was='return f"{webhook_id}.{timestamp}.".encode() + body',
        became='return f"{timestamp}.".encode() + body',
        test=f"{_RELAY_TESTS}::test_the_known_vectors_hold",
    ),
    Critical(
        name="mix the headers of a relay with their twins",
        file=_RELAY,
        was="names = HEADERS if any(name in headers for name in HEADERS) else TWINS",
        became="names = [own if own in headers else twin for own, twin in zip(HEADERS, TWINS, strict=True)]",
        test=f"{_RELAY_TESTS}::test_a_missing_header_is_refused",
    ),
    Critical(
        name="verify with a relay's key of a few bytes",
        file=_RELAY,
        was="key if key is not None and _SHORTEST_KEY <= len(key) <= _LONGEST_KEY else None",
        became="key or None",
        test=f"{_RELAY_TESTS}::test_what_is_no_key_verifies_nothing",
    ),
    Critical(
        name="let one relay sign for another",
        file="platforms/standard/platform.py",
        was='own = secrets.get(f"source/{delivery.path}", ())',
        became="own = [each for values in secrets.values() for each in values]",
        test="platforms/standard/test_platform.py::test_a_relay_cannot_speak_for_another",
    ),
    Critical(
        name="serve a relay that the settings do not name",
        file="platforms/standard/platform.py",
        was="return any(account.account_id == path for account in accounts)",
        became="return bool(path)",
        test="platforms/standard/test_platform.py::test_only_sources_of_the_settings_have_an_address",
    ),
    Critical(
        name="accept a signature that somebody has changed without its key",
        file=_CURVE,
        was="    if number >= _L:\n        return False\n",
        became="",
        test=f"{_CURVE_TESTS}::test_a_number_that_means_the_same_but_is_too_large_is_refused",
    ),
    Critical(
        name="take a key for which anybody can sign",
        file=_CURVE,
        was="if point is None or _is_neutral(_double(_double(_double(point)))):",
        became="if point is None:",
        test=f"{_CURVE_TESTS}::test_a_key_of_small_order_signs_nothing",
    ),
    Critical(
        name="believe Google where no token was proven",
        file=_CLAIMS,
        was='    if not claims:\n        raise SignatureError("no token was proven")\n',
        became="    if not claims:\n        return\n",
        test=f"{_CLAIMS_TESTS}::test_without_proven_claims_nothing_is_accepted",
    ),
    Critical(
        name="believe a token that Google made for somebody else",
        file=_CLAIMS,
        was='expected = {"iss": issuers, "email": emails}',
        became='expected = {"iss": issuers}',
        test=f"{_CLAIMS_TESTS}::test_a_token_for_another_or_of_another_is_refused",
    ),
    Critical(
        name="believe a token that has ended",
        file=_CLAIMS,
        was="if int(ends) < received_at.timestamp() - LATE_S:",
        became="if int(ends) < 0:",
        test=f"{_CLAIMS_TESTS}::test_a_token_ends_a_minute_late_at_most",
    ),
    Critical(
        name="take half a permission for one",
        file="platforms/standard/messages.py",
        was="    except ShapeError:\n        return (), False\n",
        became=(
            "    except ShapeError:\n"
            '        told = optional_member(data, "consent")\n'
            '        at = optional_time("2026-01-01T00:00:00Z")\n'
            '        way = str(told.get("channel"))\n'
            '        return ((GivenConsent(way=way, address="?", wording="?", given_at=at),) if at else ()), True\n'
        ),
        test="platforms/standard/test_reading.py::test_a_permission_that_is_not_complete_is_none_and_the_message_stays",
    ),
    Critical(
        name="look up whatever a notice names",
        file="platforms/google/reviews.py",
        was="return get(name, access) if is_review(name) else None",
        became="return get(name, access)",
        test="platforms/google/test_reviews.py::test_what_is_no_review_is_not_looked_up",
    ),
    Critical(
        name="write over what a person answered below a review",
        file="platforms/google/channel.py",
        was="return ReadBack.FOUND if said == text else ReadBack.UNREADABLE",
        became="return ReadBack.FOUND if said == text else ReadBack.ABSENT",
        test="platforms/google/test_reviews.py::test_what_a_person_wrote_is_never_written_over",
    ),
)
