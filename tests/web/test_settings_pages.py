"""My settings, and the company's."""

import socket
from datetime import date

import pytest
from django.db import connection
from django_scopes import scope

from ifnotyou.models import AuditEvent, Mailbox
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
    "policy": "",
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
