"""The privacy notice to people named: what the company says in it, how it reads, and what is missing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ifnotyou.models import Workspace
from ifnotyou.services import notice as service
from ifnotyou.web.access import user_of
from ifnotyou.web.notice_forms import BalancingForm, NoticeForm


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """The page, or what one of its two forms does: keep the fields, or confirm the test."""
    user = user_of(request)
    workspace = Workspace.objects.get(pk=user.workspace_id)
    is_keep, is_confirm = (request.POST.get("do") == word for word in ("keep", "confirm"))
    form = NoticeForm(request.POST if is_keep else None, company=service.company_of(workspace))
    balancing = BalancingForm(request.POST if is_confirm else None, balancing=service.balancing_of(workspace))
    if is_keep and form.is_valid():
        service.change(workspace, form.company(), by=user)
        left = len(service.lacking(workspace))
        messages.success(request, "That is kept." if left else "That is kept, and the notice is complete.")
        return redirect("notice")
    if is_confirm and balancing.is_valid():
        words = (
            balancing.cleaned_data[part].replace("\r\n", "\n")
            for part in ("interest", "necessity", "balance")
        )
        service.confirm(workspace, *words, by=user, today=timezone.now().date())
        messages.success(request, "That is kept under your name.")
        return redirect("notice")
    context = {
        "form": form,
        "balancing_form": balancing,
        "balancing": service.balancing_of(workspace),
        "lacking": service.lacking(workspace),
        "version": service.NOTICE_VERSION,
        "previews": [
            (code, service.LANGUAGE_NAMES[code], service.preview(workspace, code))
            for code in service.LANGUAGES
        ],
    }
    return render(request, "notice/notice.html", context, status=400 if request.method == "POST" else 200)
