"""Whatever the desk's own document allows, and what it does not: nothing breaks it, and no answer contradicts it."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nightbell.domain.desk_key import desk_key
from tests.e2e.conftest import Shop
from tests.e2e.desk_visitor import Visitor
from tests.unit.desk_api.table import DOCUMENT, TABLE

pytestmark = pytest.mark.timeout(120)

EXAMPLES = 12
"""Of each operation and each kind: half of what the document allows, half of what it does not."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KINDS = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
TRIED = [
    (route.name, kind)
    for route in TABLE
    for kind in KINDS
    # Where nothing is sent, nothing can be wrong with it.
    if kind is KINDS[0] or route.takes or route.query or route.needs_revision
]
# Ends the session that all others use, or begins one.
OWN_SESSION = {"signIn", "renew", "signOut"}


@pytest.fixture(scope="module")
def lena(whole_shop: Shop) -> Visitor:
    visitor = Visitor(whole_shop.cloud)
    assert visitor.sign_in("lena").status_code == 200
    return visitor


@pytest.fixture(scope="module")
def key(whole_shop: Shop, lena: Visitor) -> str:
    """Have a conversation that can be acted on."""
    ada = whole_shop.somebody()
    whole_shop.write(ada, "Is my cake ready?")
    found = desk_key(whole_shop.conversation(ada))
    assert lena.ask("POST", f"/api/conversations/{found}/take").status_code == 200
    return found


@pytest.mark.parametrize(("name", "kind"), TRIED, ids=[f"{name}-{kind.value}" for name, kind in TRIED])
def test_no_request_breaks_it_and_no_answer_contradicts_the_document(
    lena: Visitor, key: str, name: str, kind: schemathesis.GenerationMode
) -> None:
    document = schemathesis.openapi.from_dict(DOCUMENT)
    operation = document.find_operation_by_id(name)
    cases = operation.as_strategy(kind)
    if "{key}" in operation.path:
        known = operation.as_strategy(kind, path_parameters={"key": key})
        # Half of them about a conversation that there is; a path that is none never gets here.
        cases = strategies.one_of(known, cases) if kind is KINDS[0] else known
    headers = {} if name in OWN_SESSION else {"Authorization": f"Bearer {lena.token}"}
    tried = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def attempt(case: Any) -> None:
        nonlocal tried
        tried += 1
        answer = case.call(base_url=lena.url.removesuffix("/desk"), headers=headers)
        case.validate_response(answer, checks=CHECKS)

    attempt()
    assert tried >= 1


@pytest.mark.parametrize("name", [route.name for route in TABLE if not route.is_open])
def test_nothing_that_needs_a_token_answers_without_one(shop: Shop, key: str, name: str) -> None:
    [route] = [route for route in TABLE if route.name == name]
    url = f"{shop.cloud.handles.api_url}/desk{route.path}".replace("{key}", key)
    answer = requests.request(route.method, url, json={}, timeout=20)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
