"""Who is heard on LINE, whom we answer there, and that nothing is pushed twice."""

from tests.chaos.mutants.critical.mistake import Critical

_PROOF, _PROOF_TESTS = "platforms/line/signature.py", "platforms/line/test_signature.py"
_LINE, _LINE_TESTS = "platforms/line/platform.py", "platforms/line/test_platform.py"
_SENDING = "platforms/line/test_sending.py"
_READ = "platforms/line/test_envelope.py::test_a_delivery_becomes_what_its_fixture_expects"

ON_LINE = (
    Critical(
        name="take a LINE secret of a few characters",
        file=_PROOF,
        was="if len(secret) >= MIN_SECRET_LENGTH",
        became="if secret",
        test=f"{_PROOF_TESTS}::test_a_secret_too_short_to_be_one_accepts_nothing",
    ),
    Critical(
        name="compare LINE's signature with ==",
        file=_PROOF,
        was="same(signed_with(secret, body), header)",
        became="signed_with(secret, body) == header",
        test=f"{_PROOF_TESTS}::test_a_signature_is_compared_with_every_secret_in_constant_time",
    ),
    Critical(
        name="take the beginning of LINE's signature for all of it",
        file=_PROOF,
        was="same(signed_with(secret, body), header)",
        became="same(signed_with(secret, body)[: len(header)], header)",
        test=f"{_PROOF_TESTS}::test_a_missing_or_malformed_signature_is_refused",
    ),
    Critical(
        name="let one LINE account's secret open another's address",
        file=_LINE,
        was="secrets.get(_secret_of(delivery.path), ())",
        became="[each for values in secrets.values() for each in values]",
        test=f"{_LINE_TESTS}::test_the_secret_of_another_account_opens_nothing",
    ),
    Critical(
        name="serve a LINE account that the settings do not name",
        file=_LINE,
        was="return any(account.account_id == path for account in accounts)",
        became="return bool(path)",
        test=f"{_LINE_TESTS}::test_only_the_accounts_of_the_settings_have_an_address",
    ),
    Critical(
        name="push under a key that other texts have, too",
        file="platforms/line/channel.py",
        was='outbound.tag.rpartition(".")[2]',
        became='outbound.tag.partition(".")[0]',
        test=f"{_SENDING}::test_a_text_goes_under_the_same_key_each_time_and_another_text_under_another",
    ),
    Critical(
        name="take what LINE accepted before for refused",
        file="platforms/line/errors.py",
        was=" or status == _ACCEPTED_BEFORE",
        became="",
        test=f"{_SENDING}::test_a_send_is_judged",
    ),
    Critical(
        name="answer into a group on LINE",
        file="platforms/line/messages.py",
        was='Silent.GROUP if kind == "line.group" else None',
        became="None",
        test=_READ,
    ),
    Critical(
        name="answer on LINE where another module does",
        file="platforms/line/messages.py",
        was="standby=place.standby",
        became="standby=False",
        test=_READ,
    ),
)
