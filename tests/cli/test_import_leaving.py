"""`ifnotyou import` lets go whoever has left, as the page does."""

import pytest
from django.test import Client
from django_scopes import scope

from ifnotyou.models import Role, User, Workspace
from tests.files.written import COMPANY, with_cell, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return Workspace.objects.create(name="Acme")


def test_import_from_the_command_line_ends_the_access_of_whoever_left(ifnotyou, workspace, tmp_path):
    with scope(workspace=workspace):
        for name, role in (("ann", Role.MEMBER), ("zoe", Role.ADMIN)):
            User.objects.create_user(f"{name}@us.example", None, name=name, workspace=workspace, role=role)
    assert ifnotyou("import", write(tmp_path, COMPANY)).code == 0
    client = Client()
    client.force_login(User.objects.get(email="ann@us.example"))
    assert client.get("/me/").status_code == 200
    assert ifnotyou("import", write(tmp_path, with_cell("employees", "active", "no"))).code == 0
    assert client.get("/me/").status_code == 302


def test_only_admin_who_left_is_told_with_the_problems(ifnotyou, workspace, tmp_path):
    with scope(workspace=workspace):
        User.objects.create_user("ann@us.example", None, name="Ann", workspace=workspace, role=Role.ADMIN)
    answer = ifnotyou("import", write(tmp_path, with_cell("employees", "active", "no")))
    assert answer.code == 0
    assert "is the only admin here" in answer.out
