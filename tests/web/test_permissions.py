"""docs/permissions.md, the table of the program and the routes there are say the same, and every page keeps to it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import (
    ApiToken,
    Chat,
    Connection,
    DataRequest,
    Import,
    Listener,
    OffLimits,
    Reply,
    Role,
    SignInProvider,
    Talk,
    Vip,
    Weighing,
)
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from ifnotyou.web.access import ACCESS, ANYBODY
from tests.company import NOW, TODAY, clock, found  # noqa: F401 - a fixture

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
NOBODY = "nobody"
COLUMNS = (NOBODY, Role.MEMBER, Role.RECRUITER, Role.STEWARD, Role.ADMIN)

OPEN_TO_THEM = {NOBODY: {"anybody"}, **{role: {"anybody", role} for role in Role}}


def patterns(resolver=None, prefix=""):
    """Every route of a page: name, address as it is written. Programs have a table of their own (api/access.py)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield pattern.name, f"/{address}"
        elif address != "api/":
            yield from patterns(pattern, address)


ROUTES = dict(patterns())


def line(name):
    """The line that the document should have for a route."""
    allowed = ACCESS.get(name, frozenset())
    marks = ["yes" if allowed & OPEN_TO_THEM[who] else "" for who in COLUMNS]
    address = ROUTES.get(name, "?").replace("|", "\\|")
    return f"| `{name}` | `{address}` | " + " | ".join(marks) + " |"


def documented():
    """By route, its line without the last column, as it stands in the document."""
    lines = {}
    for text in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(\| `(\w+)` \| `.*` \|(?:[ a-z]*\|){5})", text):
            lines[match[2]] = match[1]
    return lines


def test_every_route_has_a_name_of_its_own():
    names = [name for name, _ in patterns()]
    assert sorted(names, key=str) == sorted(set(names), key=str)


def test_every_route_is_in_the_table_of_the_program():
    missing = set(ROUTES) - set(ACCESS)
    assert not missing, f"web/access.py has no line for: {sorted(missing)}"
    gone = set(ACCESS) - set(ROUTES)
    assert not gone, f"web/access.py tells of routes that are not in web/urls.py: {sorted(gone)}"


def test_every_route_is_in_the_document_with_the_same_roles():
    there = documented()
    wrong = [line(name) for name in ROUTES if there.get(name) != line(name)]
    assert not wrong, (
        "docs/permissions.md should have these lines (and what it does, at the end):\n" + "\n".join(wrong)
    )
    gone = set(there) - set(ROUTES)
    assert not gone, f"docs/permissions.md tells of routes that are not in web/urls.py: {sorted(gone)}"


# --- asked for, as everybody

SYSTEM = "greenhouse"


def connected(house):
    """A system for applicants, connected but paused: nothing is asked of it."""
    nowhere = {"paused": True, "address": "http://127.0.0.1:9"}
    Connection.objects.get_or_create(workspace=house.workspace, system=SYSTEM, defaults=nowhere)
    return SYSTEM


ARGUMENTS = {
    "decline_id": lambda house: house.decline().pk,
    "ask_id": lambda house: house.hand().pk,
    "import_id": lambda house: (
        Import.objects.create(
            workspace=house.workspace,
            name="files.zip",
            path=str(settings.DATA_DIR / "files.zip"),
            state="ready",
        ).pk
    ),
    "user_id": lambda house: house.jon.pk,
    "token": lambda house: "made-up",
    "what": lambda house: "asked",
    "vip_id": lambda house: named(house).vip_id,
    "weighing_id": lambda house: (
        Weighing.objects.create(
            workspace=house.workspace, referral=named(house), opened_on=TODAY, opened_by=house.steward
        ).pk
    ),
    "reply_id": lambda house: (
        Reply.objects.create(
            workspace=house.workspace, user=house.maya, text="Kim Park", message_hash="1", came_on=TODAY
        ).pk
    ),
    "entry_id": lambda house: (
        OffLimits.objects.create(
            workspace=house.workspace,
            company="Birch",
            plain="birch",
            kind="own_choice",
            owner="The boss",
            reference="-",
            expires_on=TODAY,
        ).pk
    ),
    "request_id": lambda house: (
        DataRequest.objects.create(
            workspace=house.workspace, vip=named(house).vip, opened_on=TODAY, due_on=TODAY
        ).pk
    ),
    "referral_id": lambda house: introduced(house).pk,
    "talk_id": lambda house: (
        Talk.objects.create(
            workspace=house.workspace,
            vip=Vip.objects.first() or named(house).vip,
            host=house.recruiter,
            starts_at=NOW,
            minutes=30,
            uid="1",
        ).pk
    ),
    "kind": lambda house: "first",
    "said": lambda house: "sent",
    "name_say/said": lambda house: "answered",
    **dict.fromkeys(
        ("my_mailbox_connect/provider", "mail_app/provider", "mail_app_remove/provider"),
        lambda house: "gmail",
    ),
    "slug": lambda house: provider_of(house).slug,
    "pk": lambda house: passkey_of(house.maya).pk,
    "sign_in_provider_new/kind": lambda house: "other",
    **dict.fromkeys(
        ("sign_in_with/provider", "sign_in_back/provider"), lambda house: provider_of(house).slug
    ),
    "chart": lambda house: "month",
    "ending": lambda house: "svg",
    "workspace_id": lambda house: house.workspace.pk,
    "service": lambda house: "postmark",
    "system": connected,
    **dict.fromkeys(("chat/system", "chat_try/system", "chat_hook/system"), lambda house: "slack"),
    "chat_remove/system": lambda house: chat_of(house).system,
    "chat_id": lambda house: chat_of(house).pk,
    "token_id": lambda house: token_of(house.admin).pk,
    "my_token_revoke/token_id": lambda house: token_of(house.maya).pk,
    "listener_id": lambda house: (
        Listener.objects.create(
            workspace=house.workspace, url="http://127.0.0.1:9/", host="127.0.0.1", secret="whsec_" + "a" * 32
        ).pk
    ),
    "connection_id": lambda house: (
        Connection.objects.get_or_create(workspace=house.workspace, system=SYSTEM)[0].pk
    ),
}
"""What stands for an argument of an address: a row that exists. A new kind of argument needs a line here; one that
means something else in one route has a line with its route before it."""

OF_A_WORKSPACE = {
    "decline_id",
    "ask_id",
    "import_id",
    "user_id",
    "vip_id",
    "weighing_id",
    "reply_id",
    "entry_id",
    "request_id",
    "referral_id",
    "talk_id",
    "listener_id",
    "token_id",
    "system",
    "slug",
}


def chat_of(house):
    """A chat that was begun, and is not connected yet."""
    return Chat.objects.get_or_create(workspace=house.workspace, system="slack")[0]


def provider_of(house):
    """Somebody who vouches for people."""
    slug = f"birch-{house.workspace.pk}"
    made = {"label": "Birch ID", "issuer": "http://127.0.0.1:9", "client_id": "1", "client_secret": "2"}
    return SignInProvider.objects.get_or_create(workspace=house.workspace, slug=slug, defaults=made)[0]


def passkey_of(user):
    """A passkey of theirs."""
    data = {"name": "My laptop", "credential": {}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def token_of(user):
    """A token of theirs."""
    return ApiToken.objects.create(
        workspace=user.workspace,
        user=user,
        name="a program",
        hint="ifny_abcd",
        key_hash=f"{user.pk:064}",
        expires_at=timezone.now() + timedelta(days=1),
    )


def named(house):
    """A name that Noor gave in confidence; the card is with Maya."""
    ask = house.decline().asks.first() or house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    referral = referrals.give(ask, Given("Kim Park"), Terms.CONFIDENTIAL, by=house.maya, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    return referral


def introduced(house):
    """Somebody whom Noor is going to introduce herself."""
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    return referrals.give(ask, Given(""), Terms.INTRODUCE, by=house.maya, now=NOW)


def address_of(name, house):
    """Where a route leads, with rows of this house. The card is handed to Maya, the member of the table."""
    arguments = re.findall(r"<(?:\w+:)?(\w+)>", ROUTES[name])
    with scope(workspace=house.workspace.pk):
        made = {one: (ARGUMENTS.get(f"{name}/{one}") or ARGUMENTS[one])(house) for one in arguments}
        return reverse(name, kwargs=made)


def users_of(house):
    return {
        NOBODY: None,
        Role.MEMBER: house.maya,
        Role.RECRUITER: house.recruiter,
        Role.STEWARD: house.steward,
        Role.ADMIN: house.admin,
    }


def ask(who, method, address):
    """The answer to one request, all traces of which are taken back."""
    browser = Client()
    with transaction.atomic():
        if who is not None:
            browser.force_login(who)
        answer = getattr(browser, method)(address)
        transaction.set_rollback(True)
    return answer


def verdict(answer):
    """What the door said."""
    if answer.status_code == 403:
        return "not yours"
    if answer.status_code == 302 and answer.url.startswith("/sign-in/?next="):
        return "sign in"
    return "open"


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def house(db, clock):  # noqa: F811 - the fixture
    return found()


@pytest.mark.parametrize("name", ROUTES)
def test_every_page_opens_for_the_roles_of_the_table_and_nobody_else(name, house):
    address = address_of(name, house)
    said, expected = {}, {}
    for who, user in users_of(house).items():
        allowed = ACCESS[name] & OPEN_TO_THEM[who]
        for method in ("get", "post"):
            expected[who, method] = "open" if allowed else "sign in" if who == NOBODY else "not yours"
            said[who, method] = verdict(ask(user, method, address))
    if name == "account_inactive":  # it says itself, with a 403, that somebody may not come in
        assert ACCESS[name] == ANYBODY
        return
    assert said == expected


OF_EVERYBODY = {"ats_hook", "chat_hook", "connection", "connection_try", "chat", "chat_try"}
"""The first asks for no user; the page of a system that is not connected is where it is connected."""
WITH_ROWS = [
    name
    for name, address in ROUTES.items()
    if OF_A_WORKSPACE & set(re.findall(r"(\w+)>", address)) and name not in OF_EVERYBODY
]


@pytest.mark.parametrize("name", WITH_ROWS)
def test_row_of_another_workspace_is_not_there(name, house):
    address = address_of(name, found("Birch"))
    for who, user in users_of(house).items():
        if user is None or not ACCESS[name] & OPEN_TO_THEM[who]:
            continue
        answers = {method: ask(user, method, address).status_code for method in ("get", "post")}
        assert set(answers.values()) <= {404, 405}, f"{name} as {who}: {answers}"
        assert 404 in answers.values(), f"{name} as {who}: {answers}"


def test_card_is_its_askers_alone(house):
    for name in (name for name in WITH_ROWS if "ask_id" in ROUTES[name]):
        address = address_of(name, house)
        with scope(workspace=house.workspace.pk):
            house.decline().asks.all().delete()
        assert {ask(house.jon, method, address).status_code for method in ("get", "post")} <= {404, 405}, name
