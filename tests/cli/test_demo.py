"""`ifnotyou demo`, as somebody calls it."""

import re
from argparse import Namespace

import pytest
from django.core import mail
from django.test import Client
from django_scopes import scopes_disabled

from ifnotyou.cli.demo import stand_in_command
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Decline, Role, User, Workspace
from ifnotyou.sample.ats.__main__ import arguments
from ifnotyou.services.demo.ats import Hook
from ifnotyou.services.people import found_workspace

SMALL = ("demo", "--declines", 40, "--employees", 30, "--seed", 2)
ROLES = [role.value for role in Role]

pytestmark = pytest.mark.django_db


def rows():
    with scopes_disabled():
        return {
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (Workspace, User, Decline, Ask, AuditEvent)
        }


def test_an_empty_database_gets_a_company_and_a_link_for_each_role(ifnotyou):
    answer = ifnotyou(*SMALL, "--format", "json")

    assert (answer.code, answer.err) == (0, "")
    assert (list(answer.json["links"]), answer.json["created"]) == (ROLES, True)
    assert len(rows()["Decline"]) == 40
    assert run_due_jobs() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("role", ROLES)
def test_each_link_signs_in_whom_it_says(ifnotyou, role):
    link = ifnotyou(*SMALL, "--format", "json").json["links"][role]
    browser = Client()

    assert browser.get(link).status_code == 200
    browser.post(link)

    user = User.objects.get(pk=browser.session["_auth_user_id"])
    assert (user.role, user.email.rpartition("@")[2]) == (role, "demo.example")


def test_a_second_call_changes_nothing_and_prints_links_again(ifnotyou):
    ifnotyou(*SMALL)
    before = rows()

    answer = ifnotyou("demo", "--declines", 5, "--format", "json")

    assert (answer.code, answer.json["created"], list(answer.json["links"])) == (0, False, ROLES)
    assert rows() == before


def test_for_people_it_says_who_sees_what(ifnotyou):
    answer = ifnotyou(*SMALL)

    names = dict(re.findall(r"^  (\w+) +(.+?) sees ", answer.out, re.MULTILINE))
    assert list(names) == ROLES
    assert set(names.values()) <= {user["name"] for user in rows()["User"]}
    assert len(re.findall(r"^ +http://testserver/\S+$", answer.out, re.MULTILINE)) == len(ROLES)
    assert "was loaded before; nothing was changed" in ifnotyou("demo").out


def test_a_real_company_is_left_alone(ifnotyou):
    found_workspace(
        company="Alder & Co", name="Ann Alder", email="ann@example.com", password="a walk by the river"
    )
    before = rows()

    answer = ifnotyou("demo")

    assert (answer.code, answer.out) == (1, "")
    assert "belongs to a company already" in answer.err
    assert rows() == before


@pytest.mark.parametrize(
    "wrong", [("--declines", 0), ("--employees", 3), ("--seed", "x"), ("--format", "xml")]
)
def test_wrong_usage_is_told_before_anything_happens(ifnotyou, wrong):
    assert ifnotyou("demo", *wrong).code == 2
    assert not Workspace.objects.exists()


@pytest.mark.parametrize("secret", ["plain", "-a", "--port", "a=b", ""])
def test_the_stand_in_is_told_any_secret(secret):
    asked = Namespace(ats="lever", ats_port=8765, seed=2, declines=40, employees=30)
    hook = Hook("http://127.0.0.1:8000/hooks/ats/lever/1/x/", secret)

    told = arguments(stand_in_command(asked, hook)[3:])

    assert (told.system, told.port, told.these_weeks) == ("lever", 8765, True)
    assert (told.seed, told.declines, told.employees) == (2, 40, 30)
    assert (told.hook, told.secret) == (hook.address, secret)
