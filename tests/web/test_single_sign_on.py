"""Single sign-on: who gets in by the company's own provider, and who does not, whatever is tried."""

# ruff: noqa: F811 - the fixture of a real provider

import html
import json
import re
import time
import urllib.parse
import urllib.request

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django_scopes import scope

from ifnotyou.connectors.sign_in import all_kinds, kind_of, openid
from ifnotyou.models import AuditEvent, Employee, Role, SignInProvider, User
from tests.web.conftest import PASSWORD, new_user, new_workspace
from tests.web.oidc import ANOTHER_KEY, KEY, Provider, public
from tests.web.realoidc import real_provider  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
BACK = "/sign-in/with/birch/back/"


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8", "::1/128")


@pytest.fixture
def provider():
    it = Provider()
    yield it
    it.close()


def kept(workspace, issuer, slug="birch", **fields):
    with scope(workspace=workspace.pk):
        return SignInProvider.objects.create(
            workspace=workspace,
            slug=slug,
            label="Birch ID",
            issuer=issuer,
            client_id="client-1",
            client_secret="the secret of the client",
            **fields,
        )


@pytest.fixture
def birch(workspace, provider):
    return kept(workspace, provider.issuer)


def is_in(browser):
    return browser.get("/me/").status_code == 200


def leave(browser, slug="birch", **more):
    """Press the button: the address that the page leads to."""
    page = browser.post(f"/sign-in/with/{slug}/", more)
    assert page.status_code == 200, page.content.decode()
    return html.unescape(re.search(r'content="0; url=([^"]+)"', page.content.decode())[1])


def come(browser, provider, slug="birch", **more):
    """All the way there and back."""
    return browser.get(provider.consent(leave(browser, slug, **more)))


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def words(answer):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


# --- getting in


def test_the_button_leads_there_with_state_nonce_and_pkce_and_asks_for_nothing_more(
    browser_of, birch, provider, member
):
    there = urllib.parse.urlsplit(leave(browser_of()))
    asked = dict(urllib.parse.parse_qsl(there.query))
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{provider.issuer}/authorize"
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid email profile"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) >= 32
    assert asked["nonce"] not in leave(browser_of())


def test_somebody_with_the_same_verified_address_is_in_and_where_they_wanted_to_go(
    browser_of, birch, provider, member
):
    provider.claims = {"email": "MEMBER@Example.com"}
    browser = browser_of()
    assert come(browser, provider, next="/me/").url == "/me/"
    assert is_in(browser)
    assert SocialAccount.objects.get().user == member
    with scope(workspace=member.workspace_id):
        assert verbs() == ["linked_sign_in", "signed_in"]


def test_nothing_of_what_the_provider_said_is_kept_but_its_own_name_for_them(
    browser_of, birch, provider, member
):
    provider.claims = {"picture": "https://x.example/me.png", "phone_number": "+4912345"}
    come(browser_of(), provider)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == ("birch", "sub-1", {})
    assert account.socialtoken_set.count() == 0


def test_from_then_on_sub_decides_and_a_changed_address_follows_nobody(
    browser_of, birch, provider, member, admin
):
    come(browser_of(), provider)
    provider.claims = {"email": admin.email}
    browser = browser_of()
    come(browser, provider)
    assert browser.get("/me/").context["user"] == member
    assert SocialAccount.objects.get().user == member


def test_address_that_went_to_another_account_there_lets_nobody_in(browser_of, birch, provider, member):
    come(browser_of(), provider)
    provider.claims = {"sub": "sub-2"}
    browser = browser_of()
    answer = come(browser, provider)
    assert answer.status_code == 409
    assert "another account than before" in words(answer)
    assert not is_in(browser)


def test_admin_unlinks_the_old_account_and_the_new_one_gets_in(browser_of, birch, provider, member, admin):
    come(browser_of(), provider)
    browser_of(admin).post(f"/people/{member.pk}/unlink/")
    provider.claims = {"sub": "sub-2"}
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)


def test_second_factor_is_still_asked_for(browser_of, birch, provider, member):
    TOTP.activate(member, generate_totp_secret())
    browser = browser_of()
    assert come(browser, provider).url == "/sign-in/code/"
    assert not is_in(browser)


def test_signing_in_leads_only_to_pages_of_ours(browser_of, birch, provider, member):
    assert come(browser_of(), provider, next="https://elsewhere.example/").url == "/"


def test_address_from_the_userinfo_counts_if_it_is_about_the_same_person(browser_of, birch, provider, member):
    provider.claims = {"email": None, "email_verified": None}
    provider.userinfo = {"sub": "sub-1", "email": "member@example.com", "email_verified": True}
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)


def test_word_that_it_is_verified_may_stand_in_the_userinfo_and_counts_for_the_address_there(
    browser_of, birch, provider, member, admin
):
    """As Okta does it. The address of the ID token is not taken for verified by that."""
    provider.claims = {"email": admin.email, "email_verified": None}
    provider.userinfo = {"sub": "sub-1", "email": member.email, "email_verified": True}
    browser = browser_of()
    come(browser, provider)
    assert browser.get("/me/").context["user"] == member


def test_userinfo_about_somebody_else_lets_nobody_in(browser_of, birch, provider, member):
    provider.claims = {"email": None}
    provider.userinfo = {"sub": "sub-9", "email": "member@example.com", "email_verified": True}
    browser = browser_of()
    assert come(browser, provider).status_code == 409
    assert not is_in(browser)


def test_secret_goes_into_the_header_where_the_provider_wants_it_there(browser_of, birch, provider, member):
    provider.said = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)
    assert provider.redeemed[0]["authorization"].startswith("Basic ")
    assert "client_secret" not in provider.redeemed[0]


# --- new people


@pytest.fixture
def open_door(workspace):
    workspace.domains = ["example.com"]
    workspace.save()
    return workspace


def test_unknown_address_without_an_allowed_domain_is_told_whom_to_ask(browser_of, birch, provider, admin):
    provider.claims = {"email": "new@example.com"}
    answer = come(browser_of(), provider)
    assert answer.status_code == 409
    assert "Ask an admin of Alder & Co" in words(answer)
    assert not User.objects.filter(email="new@example.com").exists()


def test_unknown_address_of_an_allowed_domain_becomes_a_member_and_that_colleague(
    browser_of, birch, provider, open_door, colleague
):
    provider.claims = {"email": "Maya@Example.com", "name": "Maya C."}
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)
    maya = User.objects.get(email="maya@example.com")
    assert (maya.role, maya.employee, maya.name) == (Role.MEMBER, colleague, "Maya C.")
    assert not maya.has_usable_password()


@pytest.mark.parametrize("from_userinfo", [False, True])
def test_a_name_cut_within_an_emoji_lets_its_owner_in(browser_of, birch, provider, open_door, from_userinfo):
    told = {"sub": "sub-1", "email": "maya@example.com", "email_verified": True, "name": "Maya \ud83d"}
    if from_userinfo:
        provider.claims, provider.userinfo = {"email": None, "email_verified": None}, told
    else:
        provider.claims = told
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)
    assert User.objects.get(email="maya@example.com").name == "Maya ?"


def test_colleague_who_has_left_is_not_let_in(browser_of, birch, provider, open_door, colleague):
    with scope(workspace=open_door.pk):
        Employee.objects.update(active=False)
    provider.claims = {"email": "maya@example.com"}
    answer = come(browser_of(), provider)
    assert answer.status_code == 409
    assert not User.objects.filter(email="maya@example.com").exists()


def test_switched_off_stays_out_by_address_and_by_sub(browser_of, birch, provider, member):
    come(browser_of(), provider)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert come(browser_of(), provider).status_code == 409
    SocialAccount.objects.all().delete()
    answer = come(browser_of(), provider)
    assert answer.status_code == 409
    assert "switched off" in words(answer)


@pytest.mark.parametrize(
    "address",
    [
        "maya@sub.example.com",
        "maya@example.com.",
        "maya@exämple.com",
        "maya@exаmple.com",  # with a Cyrillic letter
        "maya@xn--exmple-cua.com",
        "maya@example.com@evil.example",
        '"maya@example.com"@evil.example',
        "maya@evilexample.com",
        "maya@example.com\n",
        "maya@EXAMPLE.com.evil.example",
        " maya@example.com",
        "maya@",
        "@example.com",
        "maya",
        "",
        ["maya@example.com"],
        {"a": 1},
        7,
    ],
)
def test_what_only_looks_like_the_domain_lets_nobody_in(browser_of, birch, provider, open_door, address):
    provider.claims = {"email": address}
    browser = browser_of()
    assert come(browser, provider).status_code == 409
    assert not is_in(browser)
    assert not User.objects.exists()


@pytest.mark.parametrize("said", [False, None, "true", "True", 1, "false"])
def test_address_that_is_not_verified_lets_nobody_in(browser_of, birch, provider, member, open_door, said):
    provider.claims, provider.userinfo = {"email_verified": said}, {"sub": "sub-1"}
    browser = browser_of()
    answer = come(browser, provider)
    assert answer.status_code == 409
    assert not is_in(browser)
    assert not SocialAccount.objects.exists()


# --- other workspaces


def test_provider_of_another_workspace_signs_nobody_of_ours_in(browser_of, provider, member):
    other = new_workspace("Birch")
    other.domains = ["example.com"]
    other.save()
    kept(other, provider.issuer)
    browser = browser_of()
    answer = come(browser, provider)
    assert answer.status_code == 409
    assert not is_in(browser)
    assert User.objects.get(email=member.email).workspace == member.workspace


def test_link_is_of_one_provider_alone(browser_of, birch, provider, member, workspace):
    come(browser_of(), provider)
    second = Provider()
    try:
        kept(workspace, second.issuer, slug="second")
        second.claims = {"email": "somebody@elsewhere.example"}
        browser = browser_of()
        assert come(browser, second, slug="second").status_code == 409
        assert not is_in(browser)
    finally:
        second.close()


def test_code_of_one_provider_is_not_taken_at_the_way_back_of_another(
    browser_of, birch, provider, member, workspace
):
    kept(workspace, provider.issuer, slug="second")
    browser = browser_of()
    back = provider.consent(leave(browser)).replace("/birch/", "/second/")
    assert browser.get(back).status_code == 409
    assert not is_in(browser)


# --- forged, replayed, torn


def test_way_back_counts_once_and_only_in_the_browser_that_left(browser_of, birch, provider, member):
    browser, stranger = browser_of(), browser_of()
    back = provider.consent(leave(browser))
    assert stranger.get(back).status_code == 409
    assert not is_in(stranger)
    assert browser.get(back).status_code == 302
    browser.post("/sign-out/")
    assert browser.get(back).status_code == 409
    assert not is_in(browser)
    assert len(provider.redeemed) == 1


@pytest.mark.parametrize("query", ["", "?code=1", "?state=x&code=1", "?error=access_denied&state=x"])
def test_wrong_state_is_told_kindly(browser_of, birch, provider, member, query):
    answer = browser_of().get(BACK + query)
    assert answer.status_code == 409
    assert "begin once more" in words(answer)


def test_state_is_old_after_ten_minutes(browser_of, birch, provider, member, monkeypatch):
    browser = browser_of()
    back = provider.consent(leave(browser))
    now = time.time()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 601)
    assert browser.get(back).status_code == 409


def test_thinking_better_of_it_is_no_error(browser_of, birch, provider, member):
    browser = browser_of()
    state = re.search(r"state=([^&]+)", leave(browser))[1]
    answer = browser.get(f"{BACK}?error=access_denied&state={state}")
    assert "Nothing happened" in words(answer)


def none_of(claims):
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


def by_another_key(claims):
    return jwt.encode(claims, ANOTHER_KEY, algorithm="RS256", headers={"kid": "one"})


def by_a_key_that_is_not_shown(claims):
    return jwt.encode(claims, ANOTHER_KEY, algorithm="RS256", headers={"kid": "two"})


def by_our_own_secret(claims):
    return jwt.encode(claims, "the secret of the client" * 2, algorithm="HS256", headers={"kid": "one"})


def with_the_public_key_as_a_secret(claims):
    """RS256 taken for HS256: signed with what everybody can read."""
    shown = json.dumps(public(KEY, "one")).encode()
    return jwt.encode(claims, shown, algorithm="HS256", headers={"kid": "one"})


def with_its_own_key_inside(claims):
    header = {"kid": "one", "jwk": public(ANOTHER_KEY, "one"), "jku": "http://127.0.0.1:9/"}
    return jwt.encode(claims, ANOTHER_KEY, algorithm="RS256", headers=header)


def changed_afterwards(claims):
    head, _, mark = by_itself(claims).split(".")
    body = jwt.utils.base64url_encode(json.dumps(claims | {"email": "admin@example.com"}).encode()).decode()
    return f"{head}.{body}.{mark}"


def by_itself(claims):
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})


@pytest.mark.parametrize(
    "sign",
    [
        none_of,
        by_another_key,
        by_a_key_that_is_not_shown,
        by_our_own_secret,
        with_the_public_key_as_a_secret,
        with_its_own_key_inside,
        changed_afterwards,
        lambda _: "no token at all",
        lambda _: "",
        lambda _: 7,
        lambda _: "e30.e30.e30",
    ],
)
def test_forged_token_lets_nobody_in(browser_of, birch, provider, member, admin, sign):
    provider.sign = sign
    browser = browser_of()
    assert come(browser, provider).status_code == 409
    assert not is_in(browser)
    assert not SocialAccount.objects.exists()


LONG_AGO, FAR_OFF = 1_000_000_000, 4_000_000_000
"""In seconds since 1970, and the same in every process that collects these tests."""


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["client-1", "another"]},
        {"aud": ["client-1", "another"], "azp": "another"},
        {"azp": "another"},
        {"aud": None},
        {"aud": []},
        {"iss": "https://accounts.google.com"},
        {"iss": None},
        {"exp": LONG_AGO},
        {"exp": None},
        {"exp": "soon"},
        {"iat": FAR_OFF},
        {"iat": None},
        {"nbf": FAR_OFF},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": 7},
    ],
    ids=str,
)
def test_token_that_is_not_for_this_sign_in_lets_nobody_in(browser_of, birch, provider, member, claims):
    provider.claims = claims
    browser = browser_of()
    assert come(browser, provider).status_code == 409
    assert not is_in(browser)


def test_token_for_several_that_names_us_as_the_party_is_ours(browser_of, birch, provider, member):
    provider.claims = {"aud": ["client-1", "an-api"], "azp": "client-1"}
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)


def test_keys_may_turn_and_others_may_lie_beside_them(browser_of, birch, provider, member):
    provider.keys = [{"kty": "oct", "k": "AAAA", "kid": "one"}, {"kty": "??"}, 7, *provider.keys]
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b'"x"', b"{", b"null", {}, {"id_token": None}, b"[" * 100_000], ids=repr
)
def test_torn_answer_is_told_and_is_no_error_of_ours(browser_of, birch, provider, member, body):
    provider.token_body = body
    assert come(browser_of(), provider).status_code == 409


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://accounts.google.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"jwks_uri": "ftp://127.0.0.1/"},
        {"userinfo_endpoint": "http://metadata.internal/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ],
    ids=str,
)
def test_provider_that_says_odd_things_is_refused(browser_of, birch, provider, member, said):
    provider.said = said
    assert browser_of().post("/sign-in/with/birch/").status_code == 409


def test_refused_client_is_told_without_a_word_of_the_secret(browser_of, birch, provider, member):
    provider.token_status, provider.token_body = 401, {"error": "invalid_client"}
    answer = come(browser_of(), provider)
    assert "does not accept our client ID and secret" in words(answer)
    assert "the secret of the client" not in words(answer)


def test_provider_within_a_private_network_is_not_asked(browser_of, birch, member, settings):
    settings.REACHABLE_NETWORKS = ()
    answer = browser_of().post("/sign-in/with/birch/")
    assert answer.status_code == 409
    assert "not on the public internet" in words(answer)


def test_unknown_provider_is_not_there(browser_of, member):
    assert browser_of().post("/sign-in/with/nobody/").status_code == 404
    assert browser_of().get("/sign-in/with/nobody/back/").status_code == 404


def test_leaving_takes_a_post(browser_of, birch, member):
    assert browser_of().get("/sign-in/with/birch/").status_code == 405


# --- whose word counts


TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
OWN = f"https://login.microsoftonline.com/{TENANT}/v2.0"
COMMON = "https://login.microsoftonline.com/common/v2.0"
PRIVATE = "9188040d-6c67-4c5b-b112-36a304b66dad"


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"iss": OWN, "tid": TENANT}, True),
        ({"iss": OWN, "tid": TENANT, "xms_edov": True}, True),
        ({"iss": OWN, "tid": TENANT, "xms_edov": False}, False),
        ({"iss": OWN, "tid": TENANT, "xms_edov": "0"}, False),
        ({"iss": OWN, "tid": TENANT, "email_verified": False}, False),
        ({"iss": OWN, "tid": PRIVATE}, False),
        ({"iss": OWN}, False),
        ({"iss": COMMON, "tid": TENANT}, False),
        ({"iss": f"https://login.microsoftonline.com/{PRIVATE}/v2.0", "tid": PRIVATE}, False),
        ({"iss": f"https://login.microsoftonline.com.evil.example/{TENANT}/v2.0", "tid": TENANT}, False),
        ({"iss": "https://accounts.google.com", "email_verified": True, "hd": "example.com"}, True),
        ({"iss": "https://accounts.google.com", "email_verified": True}, False),
        ({"iss": "https://accounts.google.com", "email_verified": False, "hd": "example.com"}, False),
        ({"iss": "https://accounts.google.com", "hd": "example.com"}, False),
        ({"iss": "https://acme.okta.com", "email_verified": True}, True),
        ({"iss": "https://acme.okta.com"}, False),
        ({"iss": "https://id.example.com/realms/staff", "email_verified": True}, True),
        ({"iss": "https://id.example.com/realms/staff", "email_verified": "true"}, False),
    ],
    ids=str,
)
def test_word_for_an_address_counts_only_where_it_can_be_relied_on(claims, counts):
    address = openid.vouched_address({"email": "Maya@example.com", **claims})
    assert address == ("maya@example.com" if counts else "")


@pytest.mark.parametrize(
    ("slug", "said", "issuer"),
    [
        ("google", "", "https://accounts.google.com"),
        ("microsoft", f" {TENANT.upper()} ", OWN),
        ("okta", "https://acme.okta.com/", "https://acme.okta.com"),
        (
            "other",
            "https://id.example.com/realms/staff/.well-known/openid-configuration",
            "https://id.example.com/realms/staff",
        ),
    ],
)
def test_issuer_is_understood(slug, said, issuer):
    assert all_kinds()[slug].issuer_of(said) == issuer
    assert kind_of(issuer).slug == slug


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("microsoft", "common"),
        ("microsoft", "organizations"),
        ("microsoft", "example.com"),
        ("microsoft", PRIVATE),
        ("okta", "acme.okta.com.evil.example"),
        ("okta", "evil.example/acme.okta.com"),
        ("other", "id.example.com"),
        ("other", "https://id.example.com/?x=1"),
    ],
)
def test_issuer_that_is_none_is_refused(slug, said):
    with pytest.raises(ValueError, match=r"\w"):
        all_kinds()[slug].issuer_of(said)


# --- the admin's pages


def typed(provider, **more):
    return {
        "label": "Birch ID",
        "where": provider.issuer,
        "client_id": "client-1",
        "client_secret": "a new secret",
        **more,
    }


def test_admin_adds_one_and_it_stands_on_the_sign_in_page(browser_of, admin, provider):
    page = browser_of(admin).get("/settings/sign-in/new/other/")
    assert "http://testserver/sign-in/with/other/back/" in words(page)
    answer = browser_of(admin).post("/settings/sign-in/new/other/", typed(provider))
    assert answer.url == "/settings/sign-in/other/"
    assert "Sign in with Birch ID" in words(browser_of().get("/sign-in/"))
    browser = browser_of()
    provider.claims = {"email": admin.email}
    come(browser, provider, slug="other")
    assert is_in(browser)


def test_secret_is_encrypted_and_never_shown_again(browser_of, admin, provider):
    browser_of(admin).post("/settings/sign-in/new/other/", typed(provider))
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM ifnotyou_signinprovider")
        assert "a new secret" not in cursor.fetchone()[0]
    assert "a new secret" not in browser_of(admin).get("/settings/sign-in/other/").content.decode()
    browser_of(admin).post("/settings/sign-in/other/", typed(provider, client_secret="", label="New name"))
    with scope(workspace=admin.workspace_id):
        found = SignInProvider.objects.get()
        assert (found.client_secret, found.label) == ("a new secret", "New name")


def test_what_does_not_answer_is_told_and_not_kept(browser_of, admin, provider):
    provider.said = {"issuer": "https://accounts.google.com"}
    answer = browser_of(admin).post("/settings/sign-in/new/other/", typed(provider))
    assert answer.status_code == 409
    assert "its issuer is another one" in words(answer)
    provider.said, provider.keys = {}, []
    assert browser_of(admin).post("/settings/sign-in/new/other/", typed(provider)).status_code == 409
    with scope(workspace=admin.workspace_id):
        assert not SignInProvider.objects.exists()


def test_secret_is_told_to_no_other_issuer(browser_of, admin, birch, provider):
    second = Provider()
    try:
        answer = browser_of(admin).post("/settings/sign-in/birch/", typed(second, client_secret=""))
        assert answer.status_code == 400
        assert "has to be typed in again" in words(answer)
    finally:
        second.close()


def test_another_client_calls_people_otherwise_so_who_is_who_is_found_anew(
    browser_of, admin, birch, provider, member
):
    come(browser_of(), provider)
    browser_of(admin).post("/settings/sign-in/birch/", typed(provider, client_id="client-2"))
    assert not SocialAccount.objects.exists()
    provider.claims = {"sub": "another-name-for-them"}
    browser = browser_of()
    come(browser, provider)
    assert is_in(browser)


def test_removed_one_lets_nobody_in_and_forgets_who_was_who(browser_of, admin, birch, provider, member):
    come(browser_of(), provider)
    browser = browser_of()
    back = provider.consent(leave(browser))
    browser_of(admin).post("/settings/sign-in/birch/remove/")
    assert browser.get(back).status_code == 404
    assert not SocialAccount.objects.exists()
    assert "Birch ID" not in words(browser_of().get("/sign-in/"))


def test_domains_are_kept_in_small_letters_and_everybodys_are_refused(browser_of, admin, workspace):
    browser = browser_of(admin)
    browser.post("/settings/sign-in/", {"domains": "Example.COM, @eu.example.com\nexample.com"})
    workspace.refresh_from_db()
    assert workspace.domains == ["eu.example.com", "example.com"]
    for wrong in ("gmail.com", "exämple.com", "com", "*.example.com", "example.com.", "example..com"):
        assert browser.post("/settings/sign-in/", {"domains": wrong}).status_code == 400, wrong
    workspace.refresh_from_db()
    assert workspace.domains == ["eu.example.com", "example.com"]


def test_one_workspace_does_not_see_anothers_provider(browser_of, admin, provider):
    kept(new_workspace("Birch"), provider.issuer)
    assert browser_of(admin).get("/settings/sign-in/birch/").status_code == 404
    assert browser_of(admin).post("/settings/sign-in/birch/remove/").status_code == 404
    assert "Birch ID" not in words(browser_of(admin).get("/settings/sign-in/"))


def test_slug_that_is_taken_gets_a_number(browser_of, admin, provider):
    kept(new_workspace("Birch"), provider.issuer, slug="other")
    browser_of(admin).post("/settings/sign-in/new/other/", typed(provider))
    with scope(workspace=admin.workspace_id):
        assert SignInProvider.objects.get().slug == "other-2"


# --- a real provider


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sign_in_there(url, sub, **claims):
    """Consent at the real provider, as a browser would: the address back."""
    issuer = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
    told = urllib.request.Request(  # noqa: S310 - a provider on this machine
        f"{issuer}/users/{sub}",
        data=json.dumps(claims).encode(),
        method="PUT",
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(told).close()  # noqa: S310 - see above
    form = urllib.parse.urlencode({"sub": sub}).encode()
    with pytest.raises(urllib.error.HTTPError) as led:
        urllib.request.build_opener(Stay).open(urllib.request.Request(url, data=form))  # noqa: S310 - see above
    led.value.close()
    assert led.value.code == 302
    back = urllib.parse.urlsplit(led.value.headers["Location"])
    return f"{back.path}?{back.query}"


def test_real_provider_signs_a_person_in(browser_of, workspace, member, real_provider):
    kept(workspace, real_provider)
    browser = browser_of()
    back = sign_in_there(leave(browser), "maya", email="member@example.com", email_verified=True)
    answer = browser.get(back)
    assert answer.status_code == 302, words(answer)
    assert is_in(browser)
    assert SocialAccount.objects.get().uid == "maya"


def test_real_provider_that_does_not_say_verified_signs_nobody_in(
    browser_of, workspace, member, real_provider
):
    kept(workspace, real_provider)
    browser = browser_of()
    back = sign_in_there(leave(browser), "jon", email="member@example.com")
    assert browser.get(back).status_code == 409
    assert not is_in(browser)


def test_password_goes_on_working_beside_it(browser_of, birch, member):
    browser = browser_of()
    browser.post("/sign-in/", {"login": member.email, "password": PASSWORD})
    assert is_in(browser)


def test_two_companies_two_buttons(browser_of, workspace, provider, admin):
    kept(workspace, provider.issuer)
    other = new_workspace("Birch")
    new_user(other, "somebody", Role.ADMIN)
    kept(other, provider.issuer, slug="second")
    page = browser_of().get("/sign-in/").content.decode()
    assert "/sign-in/with/birch/" in page
    assert "/sign-in/with/second/" in page
