"""My settings, and the company's."""

import socket
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import AuditEvent, Mailbox, Workspace
from ifnotyou.web.countries import COUNTRIES
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
BOX = {"address": "maya@example.com", "username": "maya", "password": "app-pass word"}
COMPANY = {
    "name": "Alder & Co",
    "smtp_host": "smtp.example.com",
    "smtp_port": "587",
    "smtp_security": "starttls",
    "imap_host": "",
    "imap_port": "993",
    "imap_security": "tls",
    "inbound_port": "993",
    "inbound_security": "tls",
    "policy": "",
}
MAILBOX = {
    "inbound_address": "replies@example.com",
    "inbound_host": "127.0.0.1",
    "inbound_security": "none",
    "inbound_username": "replies@example.com",
    "inbound_password": "app-pass word",
}
SERVICE = {
    "inbound_address": "replies@example.com",
    "inbound_service": "postmark",
    "inbound_secret": "c0ffee-c0ffee-c0ffee",
}


@pytest.fixture
def mine(member, colleague, browser_of):
    member.employee = colleague
    member.save()
    return browser_of(member)


def test_name_time_zone_and_mails_are_kept(mine, member):
    mine.post("/me/", {"name": "Maya C.", "timezone": "Europe/Berlin", "wants_cards": "on"})
    member.refresh_from_db()
    assert (member.name, member.timezone) == ("Maya C.", "Europe/Berlin")
    assert (member.wants_cards, member.wants_reminders, member.wants_digest) == (True, False, False)
    event = AuditEvent._base_manager.get()
    assert event.detail == {"fields": ["name", "timezone", "wants_reminders", "wants_digest"]}


def test_unknown_time_zone_is_refused(mine, member):
    assert mine.post("/me/", {"name": "Maya", "timezone": "Mars/Olympus"}).status_code == 400
    member.refresh_from_db()
    assert member.timezone == ""


def test_refused_form_does_not_change_the_name_in_the_header(mine):
    page = mine.post("/me/", {"name": "Somebody Else", "timezone": "Mars/Olympus"}).content.decode()
    assert ">Member</a>" in page


def test_i_would_rather_not_be_asked_to_ask(mine, colleague):
    mine.post("/me/asking/", {"rather_not": "on", "away_until": "2026-12-24"})
    with scope(workspace=colleague.workspace_id):
        colleague.refresh_from_db()
    assert colleague.open_to_asking is False
    assert colleague.away_until == date(2026, 12, 24)
    page = mine.get("/me/").content.decode()
    assert "checked" in page
    assert 'value="2026-12-24"' in page
    mine.post("/me/asking/", {})
    with scope(workspace=colleague.workspace_id):
        colleague.refresh_from_db()
    assert colleague.open_to_asking is True
    assert colleague.away_until is None


def test_what_is_held_about_me_is_told(mine):
    page = mine.get("/me/").content.decode()
    assert "Maya Chen, Engineer" in page
    assert "Interviews you were in" in page


def test_mailbox_is_kept_encrypted_and_never_shown_again(mine, member):
    answer = mine.post("/me/mailbox/", BOX)
    assert "No mail server is set yet" in answer.content.decode()
    with scope(workspace=member.workspace_id):
        assert Mailbox.objects.get().password == "app-pass word"
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM ifnotyou_mailbox")
        assert "app-pass" not in cursor.fetchone()[0]
    assert "app-pass" not in mine.get("/me/").content.decode()


def test_empty_password_keeps_the_one_there_is(mine, member):
    mine.post("/me/mailbox/", BOX)
    mine.post("/me/mailbox/", BOX | {"username": "maya.chen", "password": ""})
    with scope(workspace=member.workspace_id):
        mailbox = Mailbox.objects.get()
    assert (mailbox.username, mailbox.password) == ("maya.chen", "app-pass word")


def test_first_time_a_password_is_needed(mine):
    answer = mine.post("/me/mailbox/", BOX | {"password": ""})
    assert answer.status_code == 400
    assert not Mailbox._base_manager.exists()


def test_mailbox_that_does_not_answer_is_told_in_words(mine, workspace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refuses
        workspace.smtp_host, workspace.smtp_port, workspace.smtp_security = (
            "127.0.0.1",
            taken.getsockname()[1],
            "none",
        )
        workspace.save()
        mine.post("/me/mailbox/", BOX)
        answer = mine.post("/me/mailbox/try/")
    assert "did not answer" in answer.content.decode()
    assert Mailbox._base_manager.get().checked_at is None


def test_mailbox_is_tried_at_a_real_server_without_sending_anything(mine, workspace, mail_server):  # noqa: F811
    workspace.smtp_host, workspace.smtp_port = mail_server.host, mail_server.smtp_port
    workspace.smtp_security = "none"
    workspace.save()
    box = {"address": mail_server.user, "username": mail_server.user, "password": mail_server.password}
    page = mine.post("/me/mailbox/", box, follow=True).content.decode()
    assert "It works" in page
    assert "It worked" in page
    assert Mailbox._base_manager.get().checked_at is not None
    wrong = mine.post("/me/mailbox/", box | {"password": "not it"})
    assert wrong.status_code == 409
    assert "did not accept" in wrong.content.decode()
    assert Mailbox._base_manager.get().checked_at is None
    assert mail_server.messages(mail_server.user) == []


def test_mailbox_is_removed_with_its_password(mine):
    mine.post("/me/mailbox/", BOX)
    mine.post("/me/mailbox/remove/")
    assert not Mailbox._base_manager.exists()
    assert mine.post("/me/mailbox/try/").status_code == 404


def test_company_settings_are_kept_and_written_down_without_their_content(browser_of, admin):
    browser_of(admin).post("/settings/", COMPANY | {"policy": "[ask]\nmax_age_days = 30\n"})
    admin.workspace.refresh_from_db()
    assert admin.workspace.smtp_host == "smtp.example.com"
    assert "max_age_days = 30" in admin.workspace.policy
    assert AuditEvent._base_manager.get(verb="changed_settings").detail == {"fields": ["smtp_host", "policy"]}


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("[ask", "This is not TOML"),
        ("[ask]\nmax_age = 3", "max_age_days"),
        ("[ask]\nmax_age_days = -1", "max_age_days"),
        ("[asks]\nx = 1", "ask"),
    ],
)
def test_playbook_that_does_not_work_is_refused_beside_the_field(browser_of, admin, policy, words):
    answer = browser_of(admin).post("/settings/", COMPANY | {"policy": policy})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page.split('id="id_policy_error"')[1].split("</div>")[0]
    admin.workspace.refresh_from_db()
    assert admin.workspace.policy == ""
    assert admin.workspace.smtp_host == ""


def test_passwords_cross_no_network_in_the_clear(browser_of, admin):
    answer = browser_of(admin).post("/settings/", COMPANY | {"smtp_security": "none"})
    assert "could be read on its way" in answer.content.decode()
    here = browser_of(admin).post("/settings/", COMPANY | {"smtp_security": "none", "smtp_host": "127.0.0.1"})
    assert here.status_code == 302


@pytest.mark.parametrize("host", ["https://smtp.example.com", "smtp.example.com/x", "a b"])
def test_server_is_a_name(browser_of, admin, host):
    assert browser_of(admin).post("/settings/", COMPANY | {"smtp_host": host}).status_code == 400


# --- replies, and privacy


def test_mail_service_is_kept_and_its_secret_never_shown_again(browser_of, admin):
    browser = browser_of(admin)

    page = browser.post("/settings/", COMPANY | SERVICE, follow=True).content.decode()

    workspace = Workspace.objects.get()
    assert (workspace.inbound_service, workspace.inbound_secret) == ("postmark", SERVICE["inbound_secret"])
    address = f"http://ifnotyou:PASSWORD@testserver/hooks/mail/{workspace.pk}/postmark/"
    assert "Postmark has to call this address, with your password in place of PASSWORD" in page
    assert f"<code>{address}</code>" in page
    assert SERVICE["inbound_secret"] not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT inbound_secret FROM ifnotyou_workspace")
        assert "c0ffee" not in cursor.fetchone()[0]


def test_service_that_signs_is_told_an_address_without_a_password(browser_of, admin):
    page = browser_of(admin).post(
        "/settings/", COMPANY | SERVICE | {"inbound_service": "mailgun"}, follow=True
    )

    assert f"<code>http://testserver/hooks/mail/{admin.workspace_id}/mailgun/</code>" in page.content.decode()


def test_empty_secrets_keep_those_there_are(browser_of, admin):
    browser = browser_of(admin)
    browser.post("/settings/", COMPANY | SERVICE)

    browser.post("/settings/", COMPANY | SERVICE | {"inbound_secret": "", "name": "Alder"})

    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.inbound_secret) == ("Alder", SERVICE["inbound_secret"])


def test_secrets_of_a_way_that_is_no_more_are_forgotten(browser_of, admin):
    Workspace.objects.update(**MAILBOX | SERVICE)

    browser_of(admin).post("/settings/", COMPANY)

    workspace = Workspace.objects.get()
    assert (workspace.inbound_password, workspace.inbound_secret) == ("", "")
    assert (workspace.inbound_username, workspace.inbound_address) == ("", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (SERVICE | {"inbound_secret": ""}, "inbound_secret"),
        (SERVICE | {"inbound_secret": "short"}, "inbound_secret"),
        (SERVICE | {"inbound_secret": "not fit for an address/"}, "inbound_secret"),
        (SERVICE | {"inbound_secret": "ünsigned-ünsigned"}, "inbound_secret"),
        (SERVICE | {"inbound_address": ""}, "inbound_address"),
        (SERVICE | {"inbound_service": "pigeons"}, "inbound_service"),
        (MAILBOX | {"inbound_address": ""}, "inbound_address"),
        ({"inbound_address": "replies@example.com"}, "inbound_address"),
        (MAILBOX | {"inbound_address": "nobody"}, "inbound_address"),
        (MAILBOX | {"inbound_password": ""}, "inbound_password"),
        (MAILBOX | {"inbound_username": ""}, "inbound_username"),
        (MAILBOX | {"inbound_host": "imap.example.com"}, "inbound_security"),
        (MAILBOX | {"inbound_host": "https://x/"}, "inbound_host"),
        ({"privacy_contact": "somebody"}, "privacy_contact"),
        ({"privacy_contact": "javascript:alert(1)"}, "privacy_contact"),
        ({"country": "XX"}, "country"),
    ],
)
def test_what_cannot_work_is_told_beside_its_field(browser_of, admin, changes, field):
    answer = browser_of(admin).post("/settings/", COMPANY | changes)

    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    workspace = Workspace.objects.get()
    assert (workspace.inbound_service, workspace.inbound_host, workspace.privacy_contact) == ("", "", "")


def test_mailbox_for_replies_is_tried_when_it_is_kept(browser_of, admin, mail_server):  # noqa: F811
    browser = browser_of(admin)
    mailbox = MAILBOX | {"inbound_port": str(mail_server.imap_port), "inbound_password": mail_server.password}

    wrong = browser.post("/settings/", COMPANY | mailbox | {"inbound_password": "not-it"})
    assert wrong.status_code == 409
    assert "cannot be read. Your mail server did not accept" in wrong.content.decode()
    assert "not-it" not in wrong.content.decode()
    assert "did not accept" in browser.get("/settings/").content.decode()

    right = browser.post("/settings/", COMPANY | mailbox, follow=True).content.decode()
    assert "let us in" in right
    assert "cannot be read" not in right
    assert Workspace.objects.get().inbound_password == mail_server.password


def test_mailbox_that_is_in_trouble_is_tried_again_with_the_next_save(browser_of, admin, mail_server):  # noqa: F811
    browser = browser_of(admin)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mailbox = MAILBOX | {
            "inbound_port": str(taken.getsockname()[1]),
            "inbound_password": mail_server.password,
        }
        assert browser.post("/settings/", COMPANY | mailbox).status_code == 409
        assert browser.post("/settings/", COMPANY | mailbox).status_code == 409
    Workspace.objects.update(inbound_port=mail_server.imap_port)
    mailbox["inbound_port"] = str(mail_server.imap_port)
    assert browser.post("/settings/", COMPANY | mailbox).status_code == 302


def test_country_and_contact_for_privacy_are_kept(browser_of, admin):
    browser_of(admin).post(
        "/settings/", COMPANY | {"country": "DE", "privacy_contact": " https://example.com/me "}
    )
    workspace = Workspace.objects.get()
    assert (workspace.country, workspace.privacy_contact) == ("DE", "https://example.com/me")

    browser_of(admin).post("/settings/", COMPANY | {"privacy_contact": "privacy@example.com"})
    workspace.refresh_from_db()
    assert (workspace.country, workspace.privacy_contact) == ("", "privacy@example.com")


def test_notice_to_candidates_is_confirmed_once_with_its_day(browser_of, admin, monkeypatch):
    browser = browser_of(admin)
    for day in (3, 9):
        monkeypatch.setattr(timezone, "now", lambda day=day: datetime(2026, 3, day, 12, tzinfo=UTC))
        browser.post("/settings/", COMPANY | {"candidate_notice": "on"})
    assert Workspace.objects.get().candidate_notice_on == date(2026, 3, 3)
    page = browser.get("/settings/").content.decode()
    assert "Confirmed on 3 March 2026" in page
    assert "checked" in page.split('name="candidate_notice"')[1].split(">")[0]

    browser.post("/settings/", COMPANY)
    assert Workspace.objects.get().candidate_notice_on is None


def test_every_country_has_a_code_of_its_own():
    assert len(COUNTRIES) == len(dict(COUNTRIES)) == 249
    assert dict(COUNTRIES)["DE"] == "Germany"
    assert all(code.isascii() and code.isupper() and len(code) == 2 and name for code, name in COUNTRIES)
