"""What we hold about somebody, and forgetting it. For the steward and the admin.

Who is meant comes by POST: no name stands in an address.
"""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ifnotyou.models import DataRequest
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.retention import add_months
from ifnotyou.queries import privacy as queries
from ifnotyou.queries.filings import places_of
from ifnotyou.queries.person import Person, find
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, erasure, requests
from ifnotyou.services.person_data import document, readable
from ifnotyou.services.retention import asks_ended_by
from ifnotyou.web.access import user_of
from ifnotyou.web.paging import page_number
from ifnotyou.web.privacy_forms import EraseForm, FindForm

PAGE = "privacy/privacy.html"
PERSON = "privacy/person.html"
FOUND = "privacy/found.html"


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Open requests, what goes when, and the log."""
    today, months = timezone.now().date(), policy_of(user_of(request).workspace).retention.ask_months
    due = queries.names_due(today)
    context = {
        "form": FindForm(),
        "requests": queries.open_requests(),
        "due": due[: queries.MOST_LINES],
        "more": len(due) > queries.MOST_LINES,
        "days": queries.AHEAD.days,
        "asks": asks_ended_by(add_months(today + queries.AHEAD, -months)).count(),
        "page": queries.log_page(page_number(request)),
        "today": today,
    }
    return render(request, PAGE, context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_data(request: HttpRequest) -> HttpResponse:
    """All that we hold about one human being, to read or as a file; where several may be meant, who they are."""
    if request.method != "POST":
        return redirect("privacy")
    user, form = user_of(request), FindForm(request.POST)
    found = find(form.cleaned_data["who"], user.workspace) if form.is_valid() else []
    if len(found) != 1:
        return render(request, FOUND, {"form": form, "found": found}, status=200 if form.is_valid() else 400)
    (person,) = found
    if "download" in request.POST:
        return _file(request, person)
    audit.write_seen(user, person.rows[0])
    return _page(request, person)


@require_POST
def open_request(request: HttpRequest) -> HttpResponse:
    """They asked what we hold: nothing of theirs is erased until they have an answer."""
    person = _meant(request, FindForm(request.POST))
    try:
        kept = requests.open_request(person, by=user_of(request), today=timezone.now().date())
    except Refusal as refusal:
        return _page(request, person, refusal=refusal)
    messages.success(request, f"It is on the list, to be answered by {kept.due_on:%-d %B %Y}.")
    return redirect("privacy")


@require_POST
def answered(request: HttpRequest, request_id: int) -> HttpResponse:
    """They have their answer."""
    asked = get_object_or_404(DataRequest, pk=request_id)
    requests.say_answered(asked, by=user_of(request), today=timezone.now().date())
    messages.success(request, "That is kept. The calendar goes on from here.")
    return redirect("privacy")


@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Erase somebody who asked for it, once somebody is sure."""
    user, form = user_of(request), EraseForm(request.POST)
    person = _meant(request, FindForm(request.POST))
    elsewhere = erasure.not_reached(person)
    if not form.is_valid():
        return _page(request, person, erase_form=form)
    try:
        gone = erasure.erase(person, user.workspace, by=user, now=timezone.now())
    except Refusal as refusal:
        return _page(request, person, refusal=refusal)
    messages.success(request, f"Erased: {gone.told}. What stays are keyed hashes, so that nobody asks again.")
    if elsewhere:
        messages.warning(request, elsewhere)
    return redirect("privacy")


def _meant(request: HttpRequest, form: FindForm) -> Person:
    """The one person that a form of the page means; 404 where there is none, or no longer."""
    found = find(form.cleaned_data["who"], user_of(request).workspace) if form.is_valid() else []
    if len(found) != 1:
        raise Http404
    return found[0]


def _file(request: HttpRequest, person: Person) -> HttpResponse:
    """The document to hand over."""
    user, today = user_of(request), timezone.now().date()
    audit.write(user, "exported", person.rows[0])
    told = json.dumps(document(person, user.workspace, today=today), ensure_ascii=False, indent=1)
    name = f"what-we-hold-{today.isoformat()}.json"
    return HttpResponse(
        told,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(
    request: HttpRequest,
    person: Person,
    *,
    erase_form: EraseForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    told = document(person, user_of(request).workspace, today=timezone.now().date())
    context = {
        "person": person,
        "sections": readable(told),
        "would_go": erasure.would_go(person),
        "stays": erasure.not_erased(person),
        "elsewhere": erasure.not_reached(person),
        "places": [place for place in places_of(person) if place.link],
        "erase_form": erase_form or EraseForm(initial={"who": person.reference}),
        "refusal": refusal,
    }
    return render(request, PERSON, context, status=409 if refusal else 400 if erase_form else 200)
