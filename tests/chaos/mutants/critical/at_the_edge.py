"""What platforms other than the first rely on: where a delivery came from, and where a request goes."""

from tests.chaos.mutants.critical.mistake import Critical

AT_THE_EDGE = (
    Critical(
        name="read secrets for any address",
        file="services/receive_delivery.py",
        was="if platform is None or not platform.accepts(delivery.path, accounts):",
        became="if platform is None:",
        test="contract/test_what_reading_needs.py::test_an_address_that_nobody_serves_asks_for_no_secret",
    ),
    Critical(
        name="answer a platform before all is kept",
        file="services/receive_delivery.py",
        was=(
            "        facts = tuple(self._keep(delivery, platform))\n"
            "        return _received(platform.reply(delivery), facts)"
        ),
        became=(
            "        said = platform.reply(delivery)\n"
            "        return _received(said, tuple(self._keep(delivery, platform)))"
        ),
        test="contract/test_what_reading_needs.py::test_a_platform_is_answered_with_its_own_words_once_all_is_kept",
    ),
    Critical(
        name="spill without what reading needs",
        file="domain/spill.py",
        was='        shared["query"] = dict(delivery.query)',
        became="        pass",
        test="contract/test_what_reading_needs.py::test_what_is_spilled_is_replayed_with_it",
    ),
    Critical(
        name="keep what reading needs after a discard",
        file="adapters/table_expressions.py",
        was="REMOVE body_gzip, #path, #query, headers",
        became="REMOVE body_gzip",
        test="contract/test_what_reading_needs.py::"
        "test_what_is_kept_is_fed_again_with_it_and_loses_it_with_its_content",
    ),
    Critical(
        name="believe a header about our own address",
        file="handlers/http_event.py",
        was="    own = f\"https://{event['requestContext']['domainName']}\"",
        became="    own = f\"https://{event['headers'].get('Host') or event['requestContext']['domainName']}\"",
        test="unit/test_http_event.py::test_a_host_that_a_sender_names_changes_nothing",
    ),
    Critical(
        name="believe claims that nobody has proven",
        file="handlers/http_event.py",
        was='(event["requestContext"].get("authorizer") or {}).get("jwt") or {}',
        became='{"claims": event.get("headers")}',
        test="unit/test_http_event.py::test_without_an_authorizer_nothing_is_claimed",
    ),
    Critical(
        name="follow an address inside",
        file="adapters/one_shot_connection.py",
        was="if self._attempt.public_only and not all(",
        became="if self._attempt.public_only and not any(",
        test="contract/test_public_only.py::test_one_address_inside_among_others_is_enough",
    ),
    Critical(
        name="take every address for everybody's",
        file="adapters/public_addresses.py",
        was="    return address.is_global and not address.is_multicast",
        became="    return not address.is_multicast",
        test="contract/test_public_only.py::test_nothing_inside_is_ever_connected_to",
    ),
    Critical(
        name="accept another spelling of base64",
        file="platforms/reading/compare.py",
        was="return value if base64.b64encode(value).decode() == text else None",
        became="return value",
        test="platforms/test_reading_compare.py::test_another_spelling_of_base64_is_refused",
    ),
    Critical(
        name="compare digests as far as they were given",
        file="platforms/reading/compare.py",
        was="return hmac.compare_digest(_bytes(one), _bytes(other))",
        became="return _bytes(other).startswith(_bytes(one))",
        test="platforms/test_reading_compare.py::test_a_text_is_the_same_as_itself_and_as_its_bytes",
    ),
    Critical(
        name="let a token lead elsewhere",
        file="adapters/platform_http.py",
        was='quote(request.url_token, safe=":")',
        became="request.url_token",
        test="contract/test_what_a_request_carries.py::test_a_token_stays_within_its_part_of_the_address",
    ),
    Critical(
        name="sign what is not sent",
        file="adapters/aws_signature.py",
        was='data=request.body or b""',
        became='data=b""',
        test="contract/test_what_a_request_carries.py::test_what_arrives_is_what_was_signed",
    ),
    Critical(
        name="use a made token beyond its end",
        file="services/mint_token.py",
        was="made.until - ENDS_BEFORE <= now",
        became="made.until + ENDS_BEFORE <= now",
        test="unit/test_platform_access.py::test_a_made_token_is_kept_until_shortly_before_its_end",
    ),
    Critical(
        name="write a renewed token over one that somebody set",
        file="services/care_for_platforms.py",
        was="if self._tokens.read(each.platform, name) != stored:",
        became="if stored is None:",
        test="unit/test_care_for_platforms.py::test_a_token_that_somebody_set_meanwhile_counts",
    ),
)
