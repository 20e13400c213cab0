"""What a person says of somebody's filing in the system for applicants."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ifnotyou.models import Filing, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.filings import label_of
from ifnotyou.services import filing as filings
from ifnotyou.web.access import user_of
from ifnotyou.web.filing_forms import WhereForm
from ifnotyou.web.names import page_of_name, vip_of

_NOT_A_KEY = 0


@require_POST
def say_filed(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Try again, or say whether they are there."""
    vip, user = vip_of(request, vip_id), user_of(request)
    asked, said = request.POST.get("filing", ""), request.POST.get("say", "")
    key = int(asked) if asked.isdecimal() and len(asked) < 19 else _NOT_A_KEY  # noqa: PLR2004 - fits the column
    filing = get_object_or_404(Filing.objects.select_related("connection"), pk=key, vip=vip)
    form = WhereForm(request.POST, filing=filing.pk)
    if said == "there" and not form.is_valid():
        return page_of_name(request, vip, where_form=form, status=400)
    try:
        told = _do(filing, said, form, user)
    except Refusal as refusal:
        return page_of_name(request, vip_of(request, vip_id), refusal=refusal, status=409)
    messages.success(request, told)
    return redirect("name", vip.pk)


def _do(filing: Filing, said: str, form: WhereForm, user: User) -> str:
    """Do what they said; returns what the page then tells."""
    system = label_of(filing.connection.system)
    if said == "there":
        filings.say_there(filing, person=form.person, link=form.link, by=user, now=timezone.now())
        return f"Good: they are in {system}."
    if said == "not_there":
        filings.say_not_there(filing, by=user)
        return (
            f"Kept: they are not in {system}. Within minutes they are, as long as we are in touch with them."
        )
    if said == "again":
        filings.try_again(filing, by=user)
        return f"We try it again within minutes: {system} is asked once more."
    raise Refusal("say", "Choose one of the buttons on this page.")
