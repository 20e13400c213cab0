"""Loading the made-up company: all of it or nothing, and only where there is no company yet."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django_scopes import scope

from ifnotyou.models import Candidate, Role, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import demo
from ifnotyou.services.people import found_workspace

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)
SMALL = {"seed": 4, "declines": 60, "employees": 40, "now": NOW}

pytestmark = pytest.mark.django_db


def quietly(_done, _total, _name):
    """Nobody is watching."""


def test_a_company_of_any_size_can_be_loaded():
    for declines, employees in ((1, 8), (12, 9)):
        with transaction.atomic():
            users = demo.load(seed=2, declines=declines, employees=employees, now=NOW, watch=quietly)
            assert set(users) == set(Role)
            transaction.set_rollback(True)


def test_a_failure_in_the_middle_leaves_nothing_behind():
    def interrupted(done, total, name):
        if "two years" in name and done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.load(**SMALL, watch=interrupted)

    assert not Workspace.objects.exists()
    assert not User.objects.exists()


def test_whatever_a_visitor_does_it_stays_a_demo():
    users = demo.load(**SMALL, watch=quietly)
    User.objects.filter(pk=users[Role.STEWARD].pk).update(is_active=False)

    assert demo.demo_users() == {role: user for role, user in users.items() if role is not Role.STEWARD}


def test_a_real_workspace_is_refused():
    found_workspace(
        company="Alder & Co", name="Ann Alder", email="ann@example.com", password="a walk by the river"
    )

    with pytest.raises(Refusal, match="belongs to a company already"):
        demo.demo_users()
    with pytest.raises(Refusal):
        demo.load(**SMALL, watch=quietly)
    assert Workspace.objects.get().name == "Alder & Co"
    with scope(workspace=Workspace.objects.get().pk):
        assert not Candidate.objects.exists()
