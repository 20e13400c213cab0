"""Who signs in: inviting, roles, switching off and on. For admins."""

from __future__ import annotations

from collections.abc import Callable

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ifnotyou.models import User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.people import people_visible_to
from ifnotyou.services import leaving, sessions, sign_in
from ifnotyou.services import people as service
from ifnotyou.web.access import user_of
from ifnotyou.web.forms import ColleagueForm, InviteForm, RoleForm

LIST = "people/list.html"
PERSON = "people/person.html"


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and the form that invites."""
    everybody = people_visible_to(user_of(request))
    return render(request, LIST, {"people": everybody, "form": InviteForm()})


@require_POST
@rate_limit(action="invite")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    admin = user_of(request)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            user = service.invite(by=admin, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("email", refusal.text)
        else:
            messages.success(request, f"{user.name} is invited: the mail to {user.email} is on its way.")
            return redirect("people")
    return render(request, LIST, {"people": people_visible_to(admin), "form": form}, status=400)


@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One of them, with what an admin can change."""
    return _page(request, get_object_or_404(people_visible_to(user_of(request)), pk=user_id))


@require_POST
def person_role(request: HttpRequest, user_id: int) -> HttpResponse:
    """Another role."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, user, role_form=form)
    role = form.cleaned_data["role"]
    return _done(
        request,
        user,
        lambda: leaving.change_role(user, role, by=user_of(request), now=timezone.now()),
        f"The role of {user.name} is changed.",
    )


@require_POST
def person_colleague(request: HttpRequest, user_id: int) -> HttpResponse:
    """Which colleague of the company's files they are."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    form = ColleagueForm(request.POST)
    if not form.is_valid():
        return _page(request, user, colleague_form=form)
    employee = form.cleaned_data["address"]
    return _done(
        request, user, lambda: service.set_colleague(user, employee, by=user_of(request)), "That is kept."
    )


@require_POST
@rate_limit(action="invite")
def person_again(request: HttpRequest, user_id: int) -> HttpResponse:
    """The invitation once more."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    return _done(
        request,
        user,
        lambda: service.invite_again(user, by=user_of(request)),
        f"A fresh invitation is on its way to {user.email}.",
    )


@require_POST
def person_off(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let them in no more."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    return _done(
        request,
        user,
        lambda: leaving.switch_off(user, by=user_of(request), now=timezone.now()),
        f"{user.name} cannot sign in any more.",
    )


@require_POST
def person_on(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let them in again."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    return _done(
        request, user, lambda: service.switch_on(user, by=user_of(request)), f"{user.name} can sign in again."
    )


@require_POST
def person_sign_out(request: HttpRequest, user_id: int) -> HttpResponse:
    """End everything they are signed in with."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    return _done(
        request,
        user,
        lambda: sessions.end_all(user, by=user_of(request)),
        f"{user.name} is signed out everywhere.",
    )


@require_POST
def person_unlink(request: HttpRequest, user_id: int) -> HttpResponse:
    """Forget which accounts elsewhere they are."""
    user = get_object_or_404(people_visible_to(user_of(request)), pk=user_id)
    return _done(
        request,
        user,
        lambda: sign_in.unlink(user, by=user_of(request)),
        f"With their next sign-in {user.name} is found by address again.",
    )


def _done(request: HttpRequest, user: User, act: Callable[[], object], words: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        act()
    except Refusal as refusal:
        user.refresh_from_db()
        return _page(request, user, refusal=refusal)
    messages.success(request, words)
    return redirect("person", user_id=user.pk)


def _page(
    request: HttpRequest,
    user: User,
    *,
    role_form: RoleForm | None = None,
    colleague_form: ColleagueForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    address = user.employee.email if user.employee else ""
    return render(
        request,
        PERSON,
        {
            "person": user,
            "has_left": leaving.has_left(user),
            "linked": sign_in.is_linked(user),
            "role_form": role_form or RoleForm(initial={"role": user.role}),
            "colleague_form": colleague_form or ColleagueForm(initial={"address": address}),
            "refusal": refusal,
        },
        status=409 if refusal else 400 if role_form or colleague_form else 200,
    )
