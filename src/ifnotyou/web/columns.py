"""Which file and column of an export is which of ours: said on a page that shows what is in them, and remembered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from ifnotyou.files.chosen import Chosen
from ifnotyou.files.problems import UnusableFiles
from ifnotyou.models import Import
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import columns as service
from ifnotyou.services.imports import chosen_of
from ifnotyou.web.access import user_of
from ifnotyou.web.column_forms import ColumnsForm


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    """The choices. "keep" keeps them, "forget" what was said before; both read the files again. Else it is a look."""
    user = user_of(request)
    found = get_object_or_404(Import.objects, pk=import_id)
    try:
        seen = service.seen_in(found)
    except (Refusal, UnusableFiles) as refusal:
        messages.warning(request, str(refusal))
        return redirect("import", import_id=found.pk)
    policy = policy_of(user.workspace).files
    form = ColumnsForm(seen, policy, chosen_of(user.workspace), request.POST or None)
    forgets = "forget" in request.POST
    if forgets or ("keep" in request.POST and form.is_valid()):
        try:
            service.choose(found, Chosen() if forgets else form.chosen(), by=user)
        except Refusal as refusal:
            messages.warning(request, refusal.text)
        return redirect("import", import_id=found.pk)
    return render(
        request,
        "imports/columns.html",
        {"import": found, "tables": list(form.tables()), "said": bool(user.workspace.columns)},
        status=400 if form.errors else 200,
    )
