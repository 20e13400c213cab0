"""Connecting my mailbox at a provider, keeping it open, and taking my consent back; and the company's client there."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from ifnotyou.connectors.base import NotSent
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import AuditEvent, MailApp, Mailbox
from ifnotyou.services import mailboxes
from tests.company import found
from tests.connectors.mailserver import HOST, mail_server  # noqa: F401 - a fixture
from tests.connectors.oauthserver import CLIENT, SECRET, How
from tests.ports import free_ports
from tests.providers import LOOPBACK, SERVERS, connect, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture(params=sorted(SERVERS))
def slug(request):
    return request.param


@pytest.fixture
def far(slug, settings):
    settings.REACHABLE_NETWORKS = LOOPBACK
    with SERVERS[slug]() as server:
        yield server


@pytest.fixture
def house(db):
    made = found()
    with scope(workspace=made.workspace.pk):
        yield made


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def maya(house):
    return browser_of(house.maya)


@pytest.fixture
def admin(house):
    return browser_of(house.admin)


def begin(browser, slug):
    """Press "Connect": where the page leads to."""
    page = browser.post(f"/me/mailbox/connect/{slug}/")
    assert page.status_code == 200, page.content.decode()
    return page.context["url"]


def say_yes(leads_to):
    """Consent over there: the way back."""
    back = requests.get(leads_to, allow_redirects=False, timeout=60).headers["Location"]
    parts = urlsplit(back)
    assert (parts.netloc, parts.path) == ("testserver", "/me/mailbox/back/")
    return f"{parts.path}?{parts.query}"


def told(page):
    return " ".join(str(message) for message in page.context["messages"])


def come_back(browser, address):
    """Follow the way back; what the page says."""
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/"), "the code stays in the address"
    return told(browser.get("/me/"))


# --- connecting


def test_somebody_connects_their_mailbox_and_it_is_tried(house, maya, far, slug):
    set_up(house, far, slug)

    said = come_back(maya, say_yes(begin(maya, slug)))

    mailbox = Mailbox.objects.get()
    assert said.startswith("Connected")
    assert (mailbox.kind, mailbox.address, mailbox.user) == (slug, far.address, house.maya)
    assert {mailbox.access_token} == far.access
    assert {mailbox.refresh_token} == far.refresh
    assert mailbox.checked_at
    event = AuditEvent.objects.get(verb="connected_mailbox")
    assert event.detail == {"kind": slug}
    assert "It works" in told(maya.post("/me/mailbox/try/", follow=True))


def test_consent_is_asked_for_with_pkce_and_no_more_than_the_page_says(house, maya, far, slug):
    set_up(house, far, slug)
    leads_to = begin(maya, slug)

    asked = {name: values[0] for name, values in parse_qs(urlsplit(leads_to).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/me/mailbox/back/"
    assert set(asked["scope"].split()) == set(far.scopes)
    assert asked["client_id"] == CLIENT
    assert SECRET not in leads_to


def test_the_page_leads_on_without_a_script_and_within_the_policy(house, maya, far, slug):
    set_up(house, far, slug)
    page = maya.post(f"/me/mailbox/connect/{slug}/")
    text = page.content.decode()

    assert '<meta http-equiv="refresh" content="0; url=http://127.0.0.1' in text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_tokens_cannot_be_read_in_the_database(house, maya, far, slug):
    set_up(house, far, slug)
    come_back(maya, say_yes(begin(maya, slug)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ifnotyou_mailbox")
        rows = str(cursor.fetchall())
        cursor.execute("SELECT * FROM ifnotyou_mailapp")
        rows += str(cursor.fetchall())
    for secret in (*far.access, *far.refresh, SECRET):
        assert secret not in rows
    audited = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert not [one for one in (*far.access, *far.refresh, SECRET, far.address) if one in audited]


def test_a_way_back_is_good_once(house, maya, far, slug):
    set_up(house, far, slug)
    back = say_yes(begin(maya, slug))
    come_back(maya, back)
    Mailbox.objects.all().delete()

    assert "not one that you began here" in come_back(maya, back)
    assert not Mailbox.objects.exists()


def test_a_way_back_that_somebody_else_began_connects_nothing(house, maya, far, slug):
    """Who is made to open such an address would send from a stranger's mailbox."""
    set_up(house, far, slug)
    jon = browser_of(house.jon)
    theirs = say_yes(begin(jon, slug))
    begin(maya, slug)

    assert "not one that you began here" in come_back(maya, theirs)
    assert "not one that you began here" in come_back(browser_of(house.recruiter), theirs)
    assert not Mailbox.objects.exists()


def test_what_the_session_holds_is_of_whoever_began(house, far, slug):
    set_up(house, far, slug)
    browser = browser_of(house.maya)
    back = say_yes(begin(browser, slug))
    session = browser.session
    held = session["mail_consent"]
    browser.logout()
    browser.force_login(house.jon)
    session = browser.session
    session["mail_consent"] = held
    session.save()

    assert "not one that you began here" in come_back(browser, back)
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "You did not allow it"),
        ("server_error", "“server_error”"),
        ("<b>Call 555</b>", "did not let you through"),
        ("", "did not let you through"),
    ],
)
def test_refused_consent_is_told_in_words(house, maya, far, slug, error, words):
    set_up(house, far, slug)
    state = parse_qs(urlsplit(begin(maya, slug)).query)["state"][0]

    answer = maya.get(
        "/me/mailbox/back/", {"state": state, "error": error, "error_description": "Call 555"}, follow=True
    )

    assert words in told(answer)
    assert "Call 555" not in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_consent_to_less_than_we_need_connects_nothing(house, maya, far, slug):
    set_up(house, far, slug)
    far.grants_scopes = far.grants_scopes[1:] or ["https://www.googleapis.com/auth/userinfo.email"]

    assert "did not allow everything" in come_back(maya, say_yes(begin(maya, slug)))
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    "ill", ["invalid_client", "invalid_grant", "temporarily_unavailable", How.CUT, How.GARBAGE]
)
def test_a_provider_in_trouble_is_told_and_nothing_is_connected(house, maya, far, slug, ill):
    set_up(house, far, slug)
    back = say_yes(begin(maya, slug))
    far.ill = ill

    said = come_back(maya, back)

    assert said
    assert not [one for one in (SECRET, CLIENT, "Traceback") if one in said]
    assert not Mailbox.objects.exists()


def test_without_a_client_there_is_nothing_to_press(house, maya, slug):
    page = maya.get("/me/").content.decode()
    assert "/me/mailbox/connect/" not in page
    assert maya.post(f"/me/mailbox/connect/{slug}/").status_code == 409
    assert maya.post("/me/mailbox/connect/pigeon/").status_code == 404


def test_connected_there_it_is_not_changed_to_the_mail_server_by_accident(house, maya, far, slug):
    connect(house, house.maya, far, slug)
    page = maya.get("/me/").content.decode()
    assert 'action="/me/mailbox/"' not in page

    refused = maya.post("/me/mailbox/", {"address": "m@example.org", "username": "m", "password": "sesame"})

    assert refused.status_code == 409
    assert Mailbox.objects.get().kind == slug


# --- tokens


def test_a_token_is_renewed_before_it_ends_and_a_changed_refresh_token_is_kept(house, maya, far, slug):
    mailbox = connect(house, house.maya, far, slug)
    Mailbox.objects.update(access_until=timezone.now() + timedelta(minutes=1))

    assert "It works" in told(maya.post("/me/mailbox/try/", follow=True))

    kept = Mailbox.objects.get()
    assert far.renewals == 1
    assert kept.access_token != mailbox.access_token
    assert (kept.refresh_token != mailbox.refresh_token) == far.rotates
    assert kept.refresh_token in far.refresh
    assert kept.access_until - timezone.now() > timedelta(minutes=50)


def test_a_token_that_is_good_for_minutes_only_is_used_all_the_same(house, maya, far, slug):
    connect(house, house.maya, far, slug)
    far.lasts = 60
    far.end_access()

    for _ in range(2):
        assert "It works" in told(maya.post("/me/mailbox/try/", follow=True))


def test_lost_consent_is_told_where_somebody_looks_and_connecting_again_mends_it(house, maya, far, slug):
    connect(house, house.maya, far, slug)
    far.take_back()

    page = maya.post("/me/mailbox/try/")
    assert page.status_code == 409
    assert "does not let us in any more" in page.content.decode()
    lost = Mailbox.objects.get()
    assert (bool(lost.lost), lost.access_token, lost.checked_at) == (True, "", None)
    assert "does not let us in any more" in maya.get("/me/").content.decode()
    assert AuditEvent.objects.get(verb="lost_mailbox").detail == {"code": "consent"}

    come_back(maya, say_yes(begin(maya, slug)))
    assert Mailbox.objects.get().lost == ""
    assert "It works" in told(maya.post("/me/mailbox/try/", follow=True))


@pytest.mark.parametrize("ill", ["invalid_client", "temporarily_unavailable", How.CUT])
def test_trouble_while_renewing_loses_nothing(house, maya, far, slug, ill):
    mailbox = connect(house, house.maya, far, slug)
    far.end_access()
    far.ill = ill

    assert maya.post("/me/mailbox/try/").status_code == 409

    far.ill = None
    kept = Mailbox.objects.get()
    assert (kept.lost, kept.refresh_token, kept.renewing_since) == ("", mailbox.refresh_token, None)
    assert "It works" in told(maya.post("/me/mailbox/try/", follow=True))


def test_whoever_died_while_renewing_blocks_nobody_for_long(house, maya, far, slug, monkeypatch):
    connect(house, house.maya, far, slug)
    far.end_access()
    Mailbox.objects.update(renewing_since=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(mailboxes, "WAIT", 0.3)
        assert "takes long to let us in" in maya.post("/me/mailbox/try/").content.decode()

    Mailbox.objects.update(renewing_since=timezone.now() - mailboxes.TURN - timedelta(seconds=1))
    assert "It works" in told(maya.post("/me/mailbox/try/", follow=True))


def test_whoever_is_switched_off_takes_their_consent_along(house, admin, maya, far, slug):
    """Even where they are let in again before the provider was told."""
    mailbox = connect(house, house.maya, far, slug)
    for deed in ("off", "on"):
        admin.post(f"/people/{house.maya.pk}/{deed}/")

    with pytest.raises(NotSent, match="You had no access here"):
        mailboxes.opened(Mailbox.objects.get()).check()
    run_due_jobs()

    assert not Mailbox.objects.exists()
    assert far.revoked == ([mailbox.refresh_token] if far.revocation else [])


def test_whoever_is_switched_off_while_they_consent_is_not_connected(
    house, admin, maya, far, slug, monkeypatch
):
    set_up(house, far, slug)
    back = say_yes(begin(maya, slug))
    meanwhile(monkeypatch, mailboxes.oauth, "granted", lambda: admin.post(f"/people/{house.maya.pk}/off/"))
    maya.get(back)
    run_due_jobs()

    assert not Mailbox.objects.exists()
    assert (len(far.revoked), far.refresh) == ((1, set()) if far.revocation else (0, far.refresh))


def test_a_mailbox_that_is_removed_while_it_is_tried_is_told_so(house, maya, far, slug, monkeypatch):
    connect(house, house.maya, far, slug)
    meanwhile(monkeypatch, mailboxes, "opened", lambda: Mailbox.objects.all().delete())

    answer = maya.post("/me/mailbox/try/")

    assert (answer.status_code, "removed meanwhile" in answer.content.decode()) == (409, True)


def meanwhile(monkeypatch, module, name, deed):
    """Something else is done while we wait for this."""
    real = getattr(module, name)

    def waited(*words, **more):
        answer = real(*words, **more)
        deed()
        return answer

    monkeypatch.setattr(module, name, waited)


def test_a_mailbox_that_was_connected_again_is_not_taken_away(house, admin, maya, far, slug):
    connect(house, house.maya, far, slug)
    for deed in ("off", "on"):
        admin.post(f"/people/{house.maya.pk}/{deed}/")
    again = browser_of(house.maya)
    come_back(again, say_yes(begin(again, slug)))
    run_due_jobs()

    assert "It works" in told(again.post("/me/mailbox/try/", follow=True))
    assert far.revoked == []


# --- taking it back


def test_removing_takes_the_consent_back_where_the_provider_can_be_told(house, maya, far, slug):
    mailbox = connect(house, house.maya, far, slug)

    said = told(maya.post("/me/mailbox/remove/", follow=True))

    assert not Mailbox.objects.exists()
    if far.revocation:
        assert far.revoked == [mailbox.refresh_token]
        assert "knows that your consent is taken back" in said
    else:
        assert "cannot be told so from here" in said
        assert "myapplications.microsoft.com" in said
    assert AuditEvent.objects.get(verb="removed_mailbox").detail == {"kind": slug}


def test_removing_forgets_it_here_even_if_the_provider_cannot_be_reached(house, maya, far, slug):
    connect(house, house.maya, far, slug)
    (port,) = free_ports(1)
    MailApp.objects.update(options={mailboxes.ADDRESS: f"http://{HOST}:{port}"})

    said = told(maya.post("/me/mailbox/remove/", follow=True))

    assert not Mailbox.objects.exists()
    assert ("could not be told" in said) == bool(far.revocation)


def test_a_consent_that_is_void_already_is_taken_back_all_the_same(house, maya, far, slug):
    connect(house, house.maya, far, slug)
    far.take_back()

    assert "could not be told" not in told(maya.post("/me/mailbox/remove/", follow=True))
    assert not Mailbox.objects.exists()


# --- the company's client


def typed(far, **changes):
    return {"client_id": CLIENT, "client_secret": SECRET, "address": far.url, "tenant": "", **changes}


def test_an_admin_sets_the_client_up_and_it_is_tried_at_once(house, admin, far, slug):
    page = admin.get(f"/settings/mail/{slug}/").content.decode()
    assert "http://testserver/me/mailbox/back/" in page
    assert all(scope in page for scope in far.scopes)

    kept = admin.post(f"/settings/mail/{slug}/", typed(far), follow=True)

    assert "knows this client" in told(kept)
    app = MailApp.objects.get()
    assert (app.client_id, app.client_secret) == (CLIENT, SECRET)
    assert SECRET not in kept.content.decode()
    assert AuditEvent.objects.get(verb="kept_mail_app").detail == {"provider": slug, "another": False}


def test_a_wrong_secret_is_told_and_an_empty_one_keeps_what_is_there(house, admin, far, slug):
    wrong = admin.post(f"/settings/mail/{slug}/", typed(far, client_secret="wrong"))
    assert (wrong.status_code, "does not know the company’s client" in wrong.content.decode()) == (409, True)

    assert "knows this client" in told(admin.post(f"/settings/mail/{slug}/", typed(far), follow=True))
    again = admin.post(f"/settings/mail/{slug}/", typed(far, client_secret=""), follow=True)
    assert "knows this client" in told(again)
    assert MailApp.objects.get().client_secret == SECRET


@pytest.mark.parametrize("changes", [{"client_id": "another"}, {"address": "https://elsewhere.example.com"}])
def test_a_kept_secret_is_told_to_nobody_else(house, admin, far, slug, changes):
    set_up(house, far, slug)

    assert admin.post(f"/settings/mail/{slug}/", typed(far, client_secret="", **changes)).status_code == 400
    assert MailApp.objects.get().client_id == CLIENT
    assert far.heard == []


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": ""},
        {"client_id": "two words"},
        {"client_secret": ""},
        {"client_secret": "ü"},
        {"address": "no"},
    ],
)
def test_what_cannot_be_a_client_is_refused(house, admin, far, slug, changes):
    assert admin.post(f"/settings/mail/{slug}/", typed(far, **changes)).status_code == 400
    assert not MailApp.objects.exists()


def test_another_client_or_none_loses_every_mailbox_in_words(house, admin, maya, far, slug):
    connect(house, house.maya, far, slug)
    admin.post(f"/settings/mail/{slug}/", typed(far, client_id="another"))
    assert "changed its connection" in Mailbox.objects.get().lost
    assert "changed its connection" in maya.get("/me/").content.decode()

    Mailbox.objects.update(lost="")
    admin.post(f"/settings/mail/{slug}/remove/")
    assert "changed its connection" in Mailbox.objects.get().lost
    assert not MailApp.objects.exists()
    assert maya.post("/me/mailbox/try/").status_code == 409
    maya.post("/me/mailbox/remove/")
    assert not Mailbox.objects.exists()


def test_where_everything_is_can_be_chosen_only_by_whoever_runs_the_machine(
    house, admin, far, slug, settings
):
    set_up(house, far, slug)
    settings.REACHABLE_NETWORKS = ()
    assert "Its address" not in admin.get(f"/settings/mail/{slug}/").content.decode()

    admin.post(f"/settings/mail/{slug}/", {**typed(far), mailboxes.ADDRESS: "https://elsewhere.example.com"})

    assert "elsewhere" not in str(MailApp.objects.get().options)


def test_the_page_of_my_settings_asks_the_database_as_often_with_every_provider(
    house, maya, far, slug, django_assert_max_num_queries
):
    maya.get("/me/")
    with django_assert_max_num_queries(40) as without:
        maya.get("/me/")
    for one in SERVERS:
        set_up(house, far, one)
    connect(house, house.maya, far, slug)
    with django_assert_max_num_queries(len(without)):
        maya.get("/me/")


def test_the_session_forgets_what_it_held(house, maya, far, slug):
    set_up(house, far, slug)
    come_back(maya, say_yes(begin(maya, slug)))
    assert "mail_consent" not in Session.objects.get(pk=maya.session.session_key).get_decoded()
