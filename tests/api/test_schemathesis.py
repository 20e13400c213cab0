"""Every operation of the OpenAPI document, tried by Schemathesis with every role's token.

On top of a company with something in every state. Whatever is sent, wrong on purpose too: no 500, no answer and no
header that the document does not tell of, every answer as its schema says, and never more than the table allows.
What an example did is taken back before the next one.
"""

from contextlib import contextmanager

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from ifnotyou.api.access import RULES
from ifnotyou.api.root import document
from ifnotyou.models import Ask, Decline, Import, Referral, Role, Talk, Vip
from ifnotyou.playbook.hosting import LetterKind
from ifnotyou.services.tokens import make_token, scopes_of
from tests.company import NOW, found
from tests.journeys import tour

EXAMPLES = 12
"""For each operation and role; a forbidden one needs no more than a few."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
]

pytestmark = pytest.mark.django_db

schema = schemathesis.openapi.from_dict(document())
schema.app = get_wsgi_application()


@contextmanager
def taken_back():
    """What happens here, did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def connection_kept():
    """Where one request ends, Django would close a connection that is in the middle of something, as ours is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """A company with something for every operation, and one token for each role with all that it may."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("house")
        patch.setattr(timezone, "now", lambda: NOW)
        patch.setattr("django.conf.settings.DATA_DIR", folder)
        patch.setattr("django.conf.settings.API_PER_MINUTE", 1_000_000)
        with connection_kept(), taken_back():
            made = found()
            with scope(workspace=made.workspace.pk):
                tour.prepare(made, folder)
                tokens = {
                    role: make_token(user, name="all", scopes=scopes_of(user), days=9, now=NOW)[1]
                    for role, user in users(made).items()
                }
                rows = rows_there()
            yield made, tokens, rows


def users(house):
    return {
        Role.ADMIN: house.admin,
        Role.RECRUITER: house.recruiter,
        Role.STEWARD: house.steward,
        Role.MEMBER: house.maya,
    }


def rows_there():
    """What there is, by the name of the argument in the addresses."""
    return {
        "decline_id": keys(Decline),
        "ask_id": keys(Ask),
        "referral_id": keys(Referral),
        "vip_id": keys(Vip),
        "talk_id": keys(Talk),
        "import_id": keys(Import),
        "kind": [kind.value for kind in LetterKind],
    }


def keys(model):
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def lead_to_what_is_there(case, rows):
    """A number out of thin air finds nothing: most of them become that of a row that there is."""
    for name, told in (case.path_parameters or {}).items():
        if isinstance(told, int) and told >= 0 and told % 4:
            case.path_parameters[name] = rows[name][told % len(rows[name])]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(RULES))
def test_no_answer_is_a_surprise(house, name, role):
    _, tokens, rows = house
    operation = schema.find_operation_by_id(name)
    rule = RULES[name]

    @seed(7)
    @settings(
        max_examples=EXAMPLES if role in rule.roles else 2,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(
        st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )
    )
    def tried(case):
        lead_to_what_is_there(case, rows)
        with taken_back(), scopes_disabled():
            answer = case.call(headers={"Authorization": f"Bearer {tokens[role]}"})
        case.validate_response(answer, checks=CHECKS)
        if role not in rule.roles:
            assert answer.status_code in {401, 403, 404, 405}, answer.status_code

    tried()
