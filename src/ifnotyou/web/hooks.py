"""What other systems tell us by themselves."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from ifnotyou.connectors.mail.received import UnreadableMail
from ifnotyou.connectors.mail.services import SERVICES, NotFromThem, read_call
from ifnotyou.models import Workspace
from ifnotyou.services import inbound

MOST_OCTETS = 12_000_000
"""Of one call: a mail with attachments, which are not kept, but come along."""


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail_hook(request: HttpRequest, workspace_id: int, service: str) -> HttpResponse:
    """A mail service hands over what came in. Answers 2xx only once it is stored, or is nobody's here."""
    workspace = get_object_or_404(Workspace, pk=workspace_id, inbound_service=service)
    if service not in SERVICES or not workspace.inbound_secret:
        raise Http404
    if request.method == "HEAD":  # some look whether there is anything, when they are told the address
        return HttpResponse()
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_OCTETS:
        return _said("This is too large.", 413)
    # Django would read only as much as a form may have.
    request._body = request.read(MOST_OCTETS)  # noqa: SLF001
    try:
        mails = read_call(service, workspace.inbound_secret, request)
    except NotFromThem as error:
        return _said(error.text, 403)
    except UnreadableMail as error:
        return _said(error.text, 400)
    with scope(workspace=workspace.pk):
        inbound.take(workspace, mails, now=timezone.now())
    return HttpResponse()


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain", status=status)
