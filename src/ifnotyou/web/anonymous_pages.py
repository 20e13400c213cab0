"""The anonymous page of a role, and the receipt with which somebody comes back.

Opening a page writes nothing anywhere. What is sent changes a sealed pool (services/anonymous.py) and nothing else;
how often within the hour is counted in this process's memory, by a mark that says nothing to anybody else.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from ifnotyou.counting import too_often
from ifnotyou.models import RolePage
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import spoken_title
from ifnotyou.playbook.receipts import Receipt, read_receipt
from ifnotyou.queries.pages import role_page_of
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import anonymous
from ifnotyou.services.anonymous import PageState
from ifnotyou.services.sealing import PoolFullError
from ifnotyou.web.anonymous_forms import LineForm, NameForm, ReceiptForm
from ifnotyou.web.outside import outside, sender_mark, show

MOST_NAMES_FROM_ONE = 4
"""Forms with a name that one sender has in an hour; three names, and one that was sent twice."""

MOST_LOOKS_FROM_ONE = 30
MOST_LOOKS = 600
"""Receipts that are looked up in an hour, by one sender and by all."""

_SHOWN = require_http_methods(["GET", "HEAD", "POST"])


@outside
@_SHOWN
def anonymous_page(request: HttpRequest, token: str) -> HttpResponse:
    """What holds and what does not, and a name. Takes none where it would not protect whoever gives it."""
    page = role_page_of(token)
    if page is None:
        return show(request, "outside/closed.html", {}, status=404)
    with scope(workspace=page.workspace_id):
        if anonymous.state_of(page) is not PageState.OPEN:
            return _not_open(request, page)
        if request.method == "POST":
            return _take_name(request, page, again=reverse("anonymous_page", args=[token]))
        form = NameForm(page=page, initial={"receipt": str(anonymous.new_receipt(page))})
        return _name_page(request, page, form)


@outside
@_SHOWN
def receipt(request: HttpRequest) -> HttpResponse:
    """Come back: look, add, answer, take back. The receipt is only ever sent, never part of an address."""
    if request.method != "POST":
        return show(request, "outside/receipt.html", {"form": ReceiptForm()})
    if too_often(b"look" + sender_mark(request), MOST_LOOKS_FROM_ONE) | too_often("look", MOST_LOOKS):
        return show(request, "outside/too_many.html", {}, status=429)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return show(request, "outside/receipt.html", {"form": form}, status=400)
    given = read_receipt(form.cleaned_data["receipt"])
    page = None if given is None else anonymous.page_of_receipt(given)
    if given is None or page is None:
        return _unknown(request, form)
    with scope(workspace=page.workspace_id):
        if anonymous.standing_of(page, given) is None:
            return _unknown(request, form)
        match request.POST.get("do", ""):
            case "add":
                return _add(request, page, given)
            case "withdraw":
                return _withdraw(request, page, given)
            case _:
                return _standing_page(request, page, given)


def _take_name(request: HttpRequest, page: RolePage, *, again: str) -> HttpResponse:
    """Seal the name, then show its receipt: in this very answer, for an address would be kept by the browser."""
    form = NameForm(request.POST, page=page)
    if not form.is_valid():
        return _name_page(request, page, form, status=400)
    if form.remarks and "as_it_is" not in request.POST:
        return _name_page(request, page, form, remarks=form.remarks)
    if _too_many_names(request, page):
        return _name_page(request, page, form, trouble="often", status=429)
    try:
        kept = anonymous.give(page, form.given(), form.receipt_or(anonymous.new_receipt(page)))
    except PoolFullError:
        return _name_page(request, page, form, trouble="full", status=503)
    except Refusal:
        return _not_open(request, page)
    context = {
        "receipt": str(kept),
        "taken_out": form.taken_out,
        "again": again,
        "receipt_address": f"{settings.PUBLIC_URL}{reverse('receipt')}",
    }
    return show(request, "outside/anonymous_sealed.html", {**_about(page), **context})


def _too_many_names(request: HttpRequest, page: RolePage) -> bool:
    """Whether this sender, or all together, have sent more within the hour than the page takes."""
    most = policy_of(page.workspace).disclosure.most_an_hour
    return too_often(b"name" + sender_mark(request), MOST_NAMES_FROM_ONE) | too_often(
        f"names {page.pk}", most
    )


def _add(request: HttpRequest, page: RolePage, given: Receipt) -> HttpResponse:
    form = LineForm(request.POST, region=page.workspace.country)
    if not form.is_valid():
        return _standing_page(request, page, given, form=form, status=400)
    if form.remarks and "as_it_is" not in request.POST:
        return _standing_page(request, page, given, form=form, remarks=form.remarks)
    try:
        anonymous.add(page, given, form.cleaned_data["text"])
    except PoolFullError:
        return _standing_page(request, page, given, form=form, trouble="full", status=503)
    except Refusal:
        return _standing_page(request, page, given, form=form, trouble="enough", status=409)
    return _standing_page(request, page, given, added=True, taken_out=form.taken_out)


def _withdraw(request: HttpRequest, page: RolePage, given: Receipt) -> HttpResponse:
    anonymous.withdraw(page, given)
    if anonymous.standing_of(page, given) is None:
        return show(request, "outside/receipt_gone.html", {})
    return _standing_page(request, page, given)


def _name_page(
    request: HttpRequest, page: RolePage, form: NameForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return show(request, "outside/anonymous.html", {**_about(page), "form": form, **more}, status=status)


def _not_open(request: HttpRequest, page: RolePage) -> HttpResponse:
    """What there is instead; a form that was sent has changed nothing."""
    few = anonymous.state_of(page) is PageState.FEW
    status = 409 if request.method == "POST" else 200
    return show(request, "outside/anonymous_not_open.html", {**_about(page), "few": few}, status=status)


def _standing_page(
    request: HttpRequest,
    page: RolePage,
    given: Receipt,
    *,
    form: LineForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        **_about(page),
        "receipt": str(given),
        "standing": anonymous.standing_of(page, given),
        "form": form or LineForm(region=page.workspace.country),
        **more,
    }
    return show(request, "outside/receipt_standing.html", context, status=status)


def _unknown(request: HttpRequest, form: ReceiptForm) -> HttpResponse:
    """The same for a receipt that is wrong, and for one whose time has passed."""
    return show(request, "outside/receipt.html", {"form": form, "unknown": True}, status=404)


def _about(page: RolePage) -> dict[str, object]:
    """For which role, at which company, and in how many days a name is erased that nobody wrote to."""
    return {
        "company": page.workspace.name,
        "role": spoken_title(page.job.title),
        "days": policy_of(page.workspace).retention.anonymous_name_days,
    }
