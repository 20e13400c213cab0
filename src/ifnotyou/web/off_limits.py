"""Companies from which we do not hire."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ifnotyou.models import KEEPERS, OffLimits
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.off_limits import off_limits_list
from ifnotyou.services.off_limits import CARTEL, KINDS, put_on, take_off
from ifnotyou.web.access import user_of
from ifnotyou.web.name_forms import OffLimitsForm


@require_http_methods(["GET", "HEAD", "POST"])
def off_limits(request: HttpRequest) -> HttpResponse:
    """The list, to read for those who recruit; the steward and the admin put companies on it."""
    if request.method != "POST":
        return _page(request, OffLimitsForm())
    user, form = user_of(request), OffLimitsForm(request.POST)
    if user.role not in KEEPERS:
        refusal = Refusal("keepers", "The steward or an admin puts companies on the list: ask one of them.")
        return _page(request, OffLimitsForm(), refusal=refusal, status=409)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        put_on(form.entry(), by=user, today=timezone.now().date())
    except Refusal as refusal:
        return _page(request, form, refusal=refusal, status=409)
    messages.warning(request, f"On the list. {CARTEL}")
    return redirect("off_limits")


@require_POST
def remove(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take a company off the list."""
    take_off(get_object_or_404(OffLimits, pk=entry_id), by=user_of(request))
    messages.success(request, "Off the list.")
    return redirect("off_limits")


def _page(
    request: HttpRequest, form: OffLimitsForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.now().date()
    context = {
        "entries": [(one, KINDS.get(one.kind, ""), one.expires_on < today) for one in off_limits_list()],
        "form": form,
        "may_change": user_of(request).role in KEEPERS,
        "warning": CARTEL,
        "refusal": refusal,
    }
    return render(request, "off_limits/list.html", context, status=status)
