"""The first visitor."""

import threading

import pytest
from django.db import connection

from ifnotyou.models import Role, User, Workspace

FIRST = {
    "company": "Alder & Co",
    "name": "Ida Holm",
    "email": "Ida@Example.com",
    "password": "a long walk by the river",
}


@pytest.mark.django_db
def test_every_page_leads_to_the_welcome_while_nobody_is_here(browser_of):
    browser = browser_of()
    for page in ("/", "/sign-in/", "/sign-in/link/", "/people/", "/sign-in/link/x/", "/invitation/x/"):
        assert browser.get(page).url == "/welcome/"
    assert browser.get("/welcome/").status_code == 200
    assert browser.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_first_visitor_makes_the_workspace_and_is_its_admin(browser_of):
    browser = browser_of()
    browser.post("/welcome/", FIRST)
    user = User.objects.get()
    assert (user.role, user.email, user.workspace.name) == (Role.ADMIN, "ida@example.com", "Alder & Co")
    assert browser.get("/people/").status_code == 200
    assert browser.get("/welcome/").status_code == 404
    assert browser_of().post("/welcome/", FIRST).status_code == 404


@pytest.mark.django_db
def test_weak_password_is_told_beside_the_field(browser_of):
    answer = browser_of().post("/welcome/", FIRST | {"password": "idaholm"})
    assert "This password is too short" in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_next_workspace_gets_a_key_of_its_own(browser_of):
    browser_of().post("/welcome/", FIRST)
    assert Workspace.objects.create(name="Another").pk != Workspace.objects.get(name="Alder & Co").pk


@pytest.mark.django_db(transaction=True)
def test_of_two_first_visitors_at_once_exactly_one_makes_a_workspace(browser_of):
    start = threading.Barrier(4)
    answers = []

    def visit(number):
        browser = browser_of()
        start.wait()
        try:
            answers.append(
                browser.post("/welcome/", FIRST | {"email": f"visitor{number}@example.com"}).status_code
            )
        finally:
            connection.close()

    visitors = [threading.Thread(target=visit, args=[number]) for number in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert Workspace.objects.count() == 1
    assert User.objects.count() == 1
    assert all(answer in {302, 404} for answer in answers)
