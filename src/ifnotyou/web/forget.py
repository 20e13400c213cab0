"""Being forgotten, by the link in the first message to somebody who was named: no account, one button, at once."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from ifnotyou.models import Vip
from ifnotyou.queries.filings import places_of
from ifnotyou.queries.pages import vip_of_forget
from ifnotyou.queries.person import Person
from ifnotyou.services import erasure
from ifnotyou.web.outside import outside, show


@outside
@require_http_methods(["GET", "HEAD", "POST"])
def forget_me(request: HttpRequest, token: str) -> HttpResponse:
    """The page with the button, and what the button does. Opening it does nothing: mail scanners open links too."""
    vip = vip_of_forget(token)
    if vip is None:
        return show(request, "outside/forget_over.html", {}, status=404)
    with scope(workspace=vip.workspace_id):
        elsewhere = bool(places_of(Person(names=[vip])))
    context = {"company": vip.workspace.name, "elsewhere": elsewhere}
    if request.method != "POST":
        return show(request, "outside/forget.html", context)
    if not _forget(vip):
        return show(request, "outside/forget_over.html", {}, status=404)
    return show(request, "outside/forget_done.html", context)


@transaction.atomic
def _forget(vip: Vip) -> bool:
    """Forget them; False where another press of the button was quicker."""
    with scope(workspace=vip.workspace_id):
        held = Vip.objects.select_for_update().filter(pk=vip.pk).select_related("workspace").first()
        if held is not None:
            erasure.forget_named(held, now=timezone.now())
        return held is not None
