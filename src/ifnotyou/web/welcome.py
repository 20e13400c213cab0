"""The first visitor: makes the workspace, and is its admin."""

from __future__ import annotations

from allauth.decorators import rate_limit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ifnotyou.models import Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services.people import found_workspace
from ifnotyou.web.forms import WelcomeForm
from ifnotyou.web.signing_in import let_in


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="welcome")
def welcome(request: HttpRequest) -> HttpResponse:
    """Company, name, address, password. Once there is a workspace, this page is no more."""
    if Workspace.objects.exists():
        raise Http404
    form = WelcomeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "welcome/welcome.html", {"form": form})
    try:
        user = found_workspace(**form.cleaned_data)
    except Refusal:
        return redirect("account_login")
    return let_in(request, user)
