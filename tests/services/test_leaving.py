"""Whoever has left by the company's files loses access in the same moment; what the files took, the files give back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    ApiToken,
    AuditEvent,
    Calendar,
    ChatAddress,
    Connection,
    Employee,
    Mailbox,
    Role,
    User,
    Workspace,
)
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.playbook.records import Employee as EmployeeRecord
from ifnotyou.services import imports, leaving, links, people
from ifnotyou.services.dossiers import take_colleagues
from tests import hosted
from tests.company import NOW
from tests.files.written import COMPANY, as_bytes, with_cell, write, zipped

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk by the river"


@pytest.fixture(autouse=True)
def _data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def workspace():
    with scope(workspace=(made := Workspace.objects.create(name="Acme"))):
        yield made


def user(workspace, name, role=Role.MEMBER):
    return User.objects.create_user(
        f"{name}@us.example", PASSWORD, name=name.title(), workspace=workspace, role=role
    )


@pytest.fixture
def admin(workspace):
    """Not in the files."""
    return user(workspace, "zoe", Role.ADMIN)


@pytest.fixture
def ann(workspace, admin, tmp_path):
    """Ann Lee of the files, e1, who signs in."""
    imports.bring_in(write(tmp_path, COMPANY))
    ann = user(workspace, "ann")
    people.match_colleagues(workspace)
    return ann


def gone(tmp_path, id_="e1", column="active", value="no"):
    """The files of a day on which Ann has left."""
    row = next(i for i, one in enumerate(COMPANY["employees"]) if one[0] == id_)
    return write(tmp_path, with_cell("employees", column, value, row=row))


def browser(somebody):
    client = Client()
    client.force_login(somebody)
    return client


def is_in(client):
    return client.get("/me/").status_code == 200


def verbs(somebody):
    return list(
        AuditEvent.objects.filter(noun="user", noun_id=somebody.pk)
        .order_by("pk")
        .values_list("verb", flat=True)
    )


def what_speaks_in_their_name(workspace, ann):
    now = timezone.now()
    return (
        ApiToken.objects.create(
            workspace=workspace,
            user=ann,
            name="script",
            hint="ifny_1234",
            key_hash="0" * 64,
            expires_at=now + timedelta(days=9),
        ),
        ChatAddress.objects.create(workspace=workspace, user=ann, system="slack", their_id="U1"),
        Mailbox.objects.create(workspace=workspace, user=ann, address=ann.email, password="sesame"),
        Calendar.objects.create(
            workspace=workspace, user=ann, kind="feed", url="https://c.example/secret.ics"
        ),
    )


def test_whoever_left_cannot_click_once_more(workspace, ann, tmp_path):
    client = browser(ann)
    assert is_in(client)
    imports.bring_in(gone(tmp_path))
    assert not is_in(client)
    assert verbs(ann)[-1] == "left_by_files"
    assert AuditEvent.objects.get(verb="left_by_files").actor is None


def test_no_way_in_works_any_more(workspace, ann, tmp_path, settings):
    link = links.console_link(ann).removeprefix(settings.PUBLIC_URL)
    imports.bring_in(gone(tmp_path))
    client = Client()
    assert client.post(
        "/sign-in/", {"login": ann.email, "password": PASSWORD}
    ).status_code != 200 or not is_in(client)
    assert client.post(link).status_code == 410
    assert not is_in(client)


def test_all_that_speaks_in_their_name_ends(workspace, ann, tmp_path):
    token, *others = what_speaks_in_their_name(workspace, ann)
    imports.bring_in(gone(tmp_path))
    token.refresh_from_db()
    assert token.revoked_at is not None
    for one in others:
        assert not type(one).objects.filter(pk=one.pk).exists()


def test_switching_off_by_hand_ends_the_same(workspace, ann, admin):
    client = browser(ann)
    token, *others = what_speaks_in_their_name(workspace, ann)
    leaving.switch_off(ann, by=admin, now=timezone.now())
    token.refresh_from_db()
    assert token.revoked_at is not None
    for one in others:
        assert not type(one).objects.filter(pk=one.pk).exists()
    people.switch_on(ann, by=admin)
    assert not is_in(client)  # what was signed in before stays out


def test_upload_on_the_page_does_it_too(workspace, ann, admin, tmp_path):
    client = browser(ann)
    row = [one[0] for one in COMPANY["employees"]].index("e1")
    files = as_bytes(with_cell("employees", "active", "no", row=row))
    uploaded = zipped(tmp_path / "export.zip", files).read_bytes()
    found = imports.begin(by=admin, name="export.zip", chunks=[uploaded])
    run_due_jobs()
    assert is_in(client)  # nobody has said yes yet
    found.refresh_from_db()
    imports.take_in(found, by=admin)
    run_due_jobs()
    assert not is_in(client)
    assert AuditEvent.objects.get(verb="left_by_files").actor == admin


def test_account_in_use_no_more_in_the_system_for_applicants_does_it_too(workspace, ann):
    client = browser(ann)
    connection = Connection.objects.create(workspace=workspace, system="greenhouse")
    told = EmployeeRecord("77", "Ann Lee", "ann@us.example", active=False)
    take_colleagues(connection, [told], read_at=timezone.now())
    assert not is_in(client)


def test_only_admin_is_kept_and_told_aloud(workspace, ann, admin, tmp_path):
    User.objects.filter(pk=ann.pk).update(role=Role.ADMIN)
    User.objects.filter(pk=admin.pk).update(role=Role.MEMBER)
    client = browser(ann)
    outcome = imports.bring_in(gone(tmp_path))
    assert is_in(client)
    assert "Ann is the only admin" not in "".join(verbs(ann))
    assert any("is the only admin here" in problem.text for problem in outcome.problems)
    assert verbs(ann)[-1] == "kept_only_admin"
    page = client.get(f"/people/{ann.pk}/").content.decode()
    assert "has left" in page


def test_of_two_admins_who_left_one_is_kept(workspace, ann, admin, tmp_path):
    bo = user(workspace, "bo", Role.ADMIN)
    User.objects.filter(pk=ann.pk).update(role=Role.ADMIN)
    User.objects.filter(pk=admin.pk).update(role=Role.MEMBER)
    people.match_colleagues(workspace)
    both = with_cell("employees", "active", "no", row=1)
    rows = both["employees"]
    rows[2][rows[0].index("active")] = "no"
    outcome = imports.bring_in(write(tmp_path, both))
    assert sorted(User.objects.filter(role=Role.ADMIN, is_active=True)) == [User.objects.get(pk=ann.pk)]
    assert not User.objects.get(pk=bo.pk).is_active
    assert len([one for one in outcome.problems if "only admin" in one.text]) == 1


def test_files_switch_on_again_whom_they_switched_off(workspace, ann, tmp_path):
    imports.bring_in(gone(tmp_path))
    imports.bring_in(write(tmp_path, COMPANY))
    ann.refresh_from_db()
    assert ann.is_active
    assert verbs(ann)[-2:] == ["left_by_files", "back_by_files"]


def test_files_do_not_switch_on_whom_an_admin_switched_off(workspace, ann, admin, tmp_path):
    imports.bring_in(gone(tmp_path))
    people.switch_on(User.objects.get(pk=ann.pk), by=admin)
    leaving.switch_off(User.objects.get(pk=ann.pk), by=admin, now=timezone.now())
    imports.bring_in(write(tmp_path, COMPANY))
    ann.refresh_from_db()
    assert not ann.is_active


def test_whom_an_admin_let_in_all_the_same_stays_in_until_they_leave_once_more(
    workspace, ann, admin, tmp_path
):
    imports.bring_in(gone(tmp_path))
    people.switch_on(User.objects.get(pk=ann.pk), by=admin)
    imports.bring_in(gone(tmp_path))
    ann.refresh_from_db()
    assert ann.is_active
    imports.bring_in(write(tmp_path, COMPANY))
    imports.bring_in(gone(tmp_path))
    ann.refresh_from_db()
    assert not ann.is_active


def test_same_files_twice_change_nothing_more(workspace, ann, tmp_path):
    imports.bring_in(gone(tmp_path))
    before = verbs(ann)
    imports.bring_in(gone(tmp_path))
    assert verbs(ann) == before


def test_another_workspaces_people_are_not_touched(workspace, ann, tmp_path):
    other = Workspace.objects.create(name="Other")
    with scope(workspace=other):
        leaver = Employee.objects.create(workspace=other, external_id="x", name="X", active=False)
        theirs = User.objects.create_user("x@other.example", None, name="X", workspace=other, employee=leaver)
    imports.bring_in(gone(tmp_path))
    theirs.refresh_from_db()
    assert theirs.is_active


def test_people_they_hosted_go_on_to_somebody_who_is_there(house):
    vip = hosted.at(house, VipStage.TAKEN, host=house.jon)
    Employee.objects.filter(user=house.jon).update(active=False)
    leaving.follow_files(frozenset(), by=None, now=NOW)
    vip.refresh_from_db()
    assert vip.host == house.recruiter
    assert AuditEvent.objects.get(verb="handed_on").actor is None


def test_importer_who_left_themselves_inherits_nobody(house):
    vip = hosted.at(house, VipStage.TAKEN, host=house.jon)
    house.recruiter.employee = house.employee("sam")
    house.recruiter.save()
    Employee.objects.filter(external_id__in=["sam", "jon"]).update(active=False)
    leaving.follow_files(frozenset(), by=house.recruiter, now=NOW)
    vip.refresh_from_db()
    assert vip.host == house.admin
