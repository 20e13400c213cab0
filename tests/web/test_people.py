"""Inviting, roles, switching off: what an admin does, and what the invited see."""

import re

import pytest
from django.core import mail
from django.db import connection
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import AuditEvent, Employee, Role, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import people as service
from tests.web.conftest import PASSWORD, new_user, new_workspace

pytestmark = pytest.mark.django_db
MAYA = {"name": "Maya Chen", "email": "Maya@example.com", "role": "member"}


def invited(browser):
    """Invite Maya and hand back the link in her mail."""
    browser.post("/people/invite/", MAYA)
    run_due_jobs()
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def verbs():
    return list(AuditEvent._base_manager.order_by("pk").values_list("verb", flat=True))


def test_invited_is_matched_with_the_colleague_of_the_files_and_written_to(browser_of, admin, colleague):
    invited(browser_of(admin))
    user = User.objects.get(email="maya@example.com")
    assert user.employee == colleague
    assert mail.outbox[-1].to == ["maya@example.com"]
    assert mail.outbox[-1].subject == "Alder & Co invites you to ifnotyou"
    assert "Alder & Co uses ifnotyou" in mail.outbox[-1].body
    assert verbs() == ["invited"]


def test_invitation_lets_in_once_with_name_and_password(browser_of, admin):
    link = invited(browser_of(admin))
    browser = browser_of()
    browser.head(link)
    assert "Alder &amp; Co invites you" in browser.get(link).content.decode()
    answer = browser.post(link, {"name": "Maya C.", "password": "a stone in the stream"})
    assert answer.status_code == 302
    assert browser.get("/me/").status_code == 200
    user = User.objects.get(email="maya@example.com")
    assert user.name == "Maya C."
    assert user.check_password("a stone in the stream")
    assert browser_of().post(link, {"name": "X", "password": ""}).status_code == 410


def test_invitation_can_be_taken_without_a_password(browser_of, admin):
    link = invited(browser_of(admin))
    browser = browser_of()
    browser.post(link, {"name": "Maya", "password": ""})
    assert browser.get("/me/").status_code == 200
    assert not User.objects.get(email="maya@example.com").has_usable_password()


def test_invitation_refuses_a_weak_password(browser_of, admin):
    link = invited(browser_of(admin))
    answer = browser_of().post(link, {"name": "Maya", "password": "short"})
    assert "too short" in answer.content.decode()
    assert User.objects.get(email="maya@example.com").last_login is None


def test_same_address_is_not_invited_twice(browser_of, admin):
    browser = browser_of(admin)
    browser.post("/people/invite/", MAYA)
    answer = browser.post("/people/invite/", MAYA)
    assert "here already" in answer.content.decode()
    assert User.objects.filter(email="maya@example.com").count() == 1


def test_invitation_is_sent_again_until_they_were_here(browser_of, admin):
    browser = browser_of(admin)
    link = invited(browser)
    user = User.objects.get(email="maya@example.com")
    browser.post(f"/people/{user.pk}/again/")
    run_due_jobs()
    assert len(mail.outbox) == 2
    browser_of().post(link, {"name": "Maya", "password": ""})
    assert "has signed in before" in browser.post(f"/people/{user.pk}/again/").content.decode()


def test_company_name_cannot_break_out_of_the_subject(browser_of, admin):
    admin.workspace.name = "Alder\nBcc: all@example.com"
    admin.workspace.save()
    invited(browser_of(admin))
    assert mail.outbox[-1].subject == "Alder Bcc: all@example.com invites you to ifnotyou"


def test_switched_off_ends_the_session_with_the_next_click(browser_of, admin, member):
    theirs = browser_of(member)
    assert theirs.get("/me/").status_code == 200
    browser_of(admin).post(f"/people/{member.pk}/off/")
    assert theirs.get("/me/").status_code == 302
    assert theirs.post("/me/", {"name": "Still here"}).status_code == 302
    member.refresh_from_db()
    assert member.name == "Member"
    answer = browser_of().post("/sign-in/", {"login": member.email, "password": PASSWORD}, follow=True)
    assert "You cannot sign in here any more" in answer.content.decode()
    browser_of(admin).post(f"/people/{member.pk}/on/")
    assert browser_of().post("/sign-in/", {"login": member.email, "password": PASSWORD}).url == "/"


def test_role_changes_take_effect_with_the_next_click(browser_of, admin, member):
    theirs = browser_of(member)
    assert theirs.get("/people/").status_code == 403
    browser_of(admin).post(f"/people/{member.pk}/role/", {"role": "admin"})
    assert theirs.get("/people/").status_code == 200
    event = AuditEvent._base_manager.get(verb="changed_role")
    assert (event.actor_id, event.noun_id, event.detail) == (
        admin.pk,
        member.pk,
        {"before": "member", "after": "admin"},
    )


@pytest.mark.parametrize(("page", "data"), [("off", {}), ("role", {"role": "member"})])
def test_last_admin_stays(browser_of, admin, page, data):
    answer = browser_of(admin).post(f"/people/{admin.pk}/{page}/", data)
    assert "is the only admin" in answer.content.decode()
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.role == Role.ADMIN


def test_admin_who_is_switched_off_does_not_count_as_one(browser_of, admin, workspace):
    new_user(workspace, "other", Role.ADMIN, is_active=False)
    assert browser_of(admin).post(f"/people/{admin.pk}/off/").status_code == 409


def test_made_up_role_changes_nothing(browser_of, admin, member):
    assert browser_of(admin).post(f"/people/{member.pk}/role/", {"role": "owner"}).status_code == 400
    member.refresh_from_db()
    assert member.role == Role.MEMBER


def test_admin_says_which_colleague_somebody_is(browser_of, admin, member, colleague):
    browser = browser_of(admin)
    browser.post(f"/people/{member.pk}/colleague/", {"address": "MAYA@example.com"})
    member.refresh_from_db()
    assert member.employee == colleague
    taken = browser.post(f"/people/{admin.pk}/colleague/", {"address": "maya@example.com"})
    assert "Member signs in as this colleague already" in taken.content.decode()
    unknown = browser.post(f"/people/{admin.pk}/colleague/", {"address": "x@example.com"})
    assert "No colleague" in unknown.content.decode()
    browser.post(f"/people/{member.pk}/colleague/", {"address": ""})
    member.refresh_from_db()
    assert member.employee is None


def test_list_asks_the_database_as_often_for_many_as_for_one(
    browser_of, admin, workspace, django_assert_num_queries
):
    browser = browser_of(admin)
    browser.get("/people/")

    def queries():
        with django_assert_num_queries(100, exact=False) as counted:
            browser.get("/people/")
        return len(counted)

    few = queries()
    for number in range(5):
        new_user(workspace, f"more{number}", Role.MEMBER)
    assert queries() == few


def test_invitations_are_not_sent_without_end(browser_of, admin, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"invite": "2/h/user"}
    browser = browser_of(admin)
    answers = [
        browser.post("/people/invite/", MAYA | {"email": f"maya{number}@example.com"}).status_code
        for number in range(3)
    ]
    assert answers == [302, 302, 429]


# --- for the colleague who is handed a card


def test_colleague_who_is_handed_a_card_is_invited_once(admin, colleague):
    with scope(workspace=admin.workspace_id):
        first = service.ensure_user_for(colleague, admin)
        assert service.ensure_user_for(colleague, admin) == first
    run_due_jobs()
    assert (first.role, first.employee) == (Role.MEMBER, colleague)
    assert len(mail.outbox) == 1


def test_user_with_the_colleagues_address_is_taken_for_them(admin, workspace, colleague):
    maya = new_user(workspace, "maya", Role.RECRUITER)
    with scope(workspace=workspace.pk):
        assert service.ensure_user_for(colleague, admin) == maya
    maya.refresh_from_db()
    assert maya.employee == colleague
    assert mail.outbox == []


def test_colleague_without_an_address_or_switched_off_is_refused_in_words(admin, workspace, colleague):
    with scope(workspace=workspace.pk):
        silent = Employee.objects.create(workspace=workspace, external_id="e2", name="Jo Lind")
        with pytest.raises(Refusal, match="no mail address of Jo Lind"):
            service.ensure_user_for(silent, admin)
        new_user(workspace, "maya", Role.MEMBER, employee=colleague, is_active=False)
        with pytest.raises(Refusal, match="cannot sign in any more"):
            service.ensure_user_for(colleague, admin)


def test_after_an_import_users_are_matched_with_their_colleagues(workspace, colleague):
    maya = new_user(workspace, "maya", Role.MEMBER)
    with scope(workspace=workspace.pk):
        assert service.match_colleagues(workspace) == 1
        assert service.match_colleagues(workspace) == 0
    maya.refresh_from_db()
    assert maya.employee == colleague


def test_address_of_another_company_is_not_taken_over(admin, workspace):
    stranger = new_user(new_workspace("Birch"), "maya", Role.MEMBER)
    with scope(workspace=workspace.pk):
        theirs = Employee.objects.create(
            workspace=workspace, external_id="e1", name="Maya", email="maya@example.com"
        )
        with pytest.raises(Refusal):
            service.ensure_user_for(theirs, admin)
    stranger.refresh_from_db()
    assert stranger.employee is None
    assert connection.needs_rollback is False
