"""A company with somebody of every role, and browsers for them."""

import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django_scopes import scope

from ifnotyou import counting
from ifnotyou.models import Employee, Role, User, Workspace
from ifnotyou.web import quiet_log

PASSWORD = "a long walk by the river"


def new_workspace(name):
    return Workspace.objects.create(name=name)


def new_user(workspace, name, role, **fields):
    return User.objects.create_user(
        f"{name}@example.com", PASSWORD, name=name.title(), workspace=workspace, role=role, **fields
    )


@pytest.fixture(autouse=True)
def _fresh_counters(request):
    """Rate limits count in the database's cache, which outlives a transactional test."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def same_hour(monkeypatch):
    """What is counted by the hour is counted in one, however near its end the test runs; returns its moment."""
    moment = time.time()
    held = SimpleNamespace(time=lambda: moment)
    monkeypatch.setattr(counting, "time", held)
    monkeypatch.setattr(quiet_log, "time", held)
    return moment


@pytest.fixture
def workspace(db):
    return new_workspace("Alder & Co")


@pytest.fixture
def people(workspace):
    """One user of each role, by role."""
    return {role: new_user(workspace, role.value, role) for role in Role}


@pytest.fixture
def admin(people):
    return people[Role.ADMIN]


@pytest.fixture
def member(people):
    return people[Role.MEMBER]


@pytest.fixture
def colleague(workspace):
    """Somebody of the company's files who does not sign in."""
    with scope(workspace=workspace.pk):
        return Employee.objects.create(
            workspace=workspace,
            external_id="e1",
            name="Maya Chen",
            email="maya@example.com",
            title="Engineer",
        )


@pytest.fixture
def browser_of():
    """A browser in which a user is signed in; without one, a browser of nobody."""

    def browser(user=None, **options):
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return browser
