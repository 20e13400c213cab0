"""Where I am signed in, and signing out elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import sessions as service
from ifnotyou.web.access import user_of
from ifnotyou.web.forms import SessionForm

PAGE = "settings/sessions.html"


@require_http_methods(["GET", "HEAD", "POST"])
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Every browser in which I am signed in. Posting signs out of one."""
    user, this = user_of(request), request.session.session_key
    here = service.signed_in(user, this)
    if request.method != "POST":
        return render(request, PAGE, {"sessions": here})
    form = SessionForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, {"sessions": here}, status=400)
    try:
        service.end_one(user, form.cleaned_data["session"])
    except Refusal as refusal:
        return render(request, PAGE, {"sessions": here, "refusal": refusal}, status=409)
    messages.success(request, "You are signed out there.")
    return redirect("my_sessions")


@require_POST
def my_sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else; or everywhere, here too."""
    user = user_of(request)
    if request.POST.get("where") == "everywhere":
        service.end_all(user, by=user)
        logout(request)
        return redirect("account_login")
    ended = service.end_all(user, but=request.session.session_key, by=user)
    messages.success(
        request,
        f"You are signed out in {ended} other {'place' if ended == 1 else 'places'}."
        if ended
        else "You were signed in nowhere else.",
    )
    return redirect("my_sessions")
