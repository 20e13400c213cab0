"""What other systems tell us by themselves."""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from django_scopes import scope

from ifnotyou.connectors.base import ConnectorError, NotFromThem, UnreadableCall
from ifnotyou.connectors.mail.received import UnreadableMail
from ifnotyou.connectors.mail.services import SERVICES, read_call
from ifnotyou.models import Workspace
from ifnotyou.services import chat_calls, deliveries, inbound

MOST_OCTETS = 12_000_000
"""Of one call: a mail with attachments, which are not kept, but come along."""

MOST_OCTETS_OF_A_HINT = 2_000_000
"""Of one call of a system for applicants, which sends the whole record."""

MOST_OCTETS_OF_A_PRESS = 200_000
"""Of one call of a chat, which sends the message along whose button was pressed."""

logger = logging.getLogger("ifnotyou.web")


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


@csrf_exempt
def ats_hook(request: HttpRequest, system: str, connection_id: int, token: str) -> HttpResponse:
    """A system for applicants tells that something happened. Answers 2xx only once it is stored, or of no interest.

    What is wrong with us for a while is never answered as if it were their fault: some give up then for good.
    """
    # What breaks is logged with the path, and the token does not belong into a log.
    request.path = request.path_info = f"/hooks/{system}/{connection_id}/"
    if request.method not in {"POST", "HEAD"}:
        return HttpResponseNotAllowed(["POST", "HEAD"])
    try:
        connection = deliveries.connection_called(system, connection_id, token)
        if connection is None:
            return _said("There is nothing here.", 404)
        if request.method == "HEAD":
            return HttpResponse()
        body = request.read(MOST_OCTETS_OF_A_HINT + 1)
        if len(body) > MOST_OCTETS_OF_A_HINT:
            return _said("This is too large.", 413)
        with scope(workspace=connection.workspace_id):
            deliveries.keep(connection, body, request.headers, now=timezone.now())
    except NotFromThem as error:
        return _said(error.text, 403)
    except (DatabaseError, InterfaceError) as error:
        logger.error("A call from %s could not be kept: %s", system, type(error).__name__)  # noqa: TRY400 - its words
        return _said("We cannot keep this now. Please call again.", 503)
    return HttpResponse()


@csrf_exempt
@require_POST
def chat_hook(request: HttpRequest, system: str, chat_id: int) -> HttpResponse:
    """Somebody pressed a button in the company's chat. Answered at once: they are waiting for it."""
    chat = chat_calls.chat_called(system, chat_id)
    if chat is None:
        return _said("There is nothing here.", 404)
    body = request.read(MOST_OCTETS_OF_A_PRESS + 1)
    if len(body) > MOST_OCTETS_OF_A_PRESS:
        return _said("This is too large.", 413)
    try:
        with scope(workspace=chat.workspace_id):
            answer = chat_calls.take(chat, body, request.headers, now=timezone.now())
    except NotFromThem as error:
        return _said(error.text, 403)
    except UnreadableCall as error:
        return _said(error.text, 400)
    except ConnectorError as error:
        # The chat shows them that it did not work, and they press once more.
        return _said(error.text, 503)
    return HttpResponse(answer, content_type="application/json") if answer else HttpResponse()


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain", status=status)
