"""The company's chat, connected by an admin; and how each of us wants to be told."""

from __future__ import annotations

from typing import NamedTuple

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import ChatConnector, Scope
from ifnotyou.models import Chat, ChatAddress
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import chats as service
from ifnotyou.web.access import user_of
from ifnotyou.web.chat_forms import ChatForm, TellingForm
from ifnotyou.web.settings_pages import my_page


class Shown(NamedTuple):
    """A chat as a template may have it: it would call a class."""

    slug: str
    label: str
    steps: tuple[str, ...]
    scopes: tuple[Scope, ...]
    why: str
    never: tuple[str, ...]
    is_own: bool
    """Whether each person opens it for themselves."""


@require_GET
def chat(request: HttpRequest, system: str) -> HttpResponse:
    """One chat: what to click there, and how it stands."""
    return _page(request, _kind(system))


@sensitive_post_parameters()
@require_POST
@rate_limit(action="try_chat")
def chat_try(request: HttpRequest, system: str) -> HttpResponse:
    """Begin; keep what was typed in and try it; or try what is kept. Nobody is written to."""
    kind, by, do = _kind(system), user_of(request), request.POST.get("do")
    if not kind.fields:
        raise Http404
    if do == "begin":
        service.begin(by=by, system=system)
        return redirect("chat", system=system)
    if do == "try":
        return _tried(request, get_object_or_404(Chat.objects.exclude(team=""), system=system))
    form = ChatForm(request.POST, kind=kind, chat=_connected(system))
    if not form.is_valid():
        return _page(request, kind, form=form, status=400)
    return _tried(request, service.connect(by=by, system=system, values=form.values, address=form.address))


@require_POST
def chat_remove(request: HttpRequest, system: str) -> HttpResponse:
    """Forget the chat and its secrets."""
    kind = _kind(system)
    service.remove(get_object_or_404(Chat.objects, system=system), by=user_of(request))
    messages.success(
        request, f"{kind.label} is not connected any more. Whoever was told there is told by mail again."
    )
    return redirect("chat", system=system)


@sensitive_post_parameters()
@require_POST
@rate_limit(action="try_chat")
def my_telling(request: HttpRequest) -> HttpResponse:
    """Keep how I want to be told; in a chat a first word comes at once."""
    user = user_of(request)
    form = TellingForm(request.POST, user=user, kept=ChatAddress.objects.filter(user=user).first())
    if not form.is_valid():
        return my_page(request, telling_form=form)
    told_by = form.cleaned_data["told_by"]
    try:
        service.choose(user, told_by, address=form.address)
    except Refusal as refusal:
        return my_page(request, telling_refusal=refusal)
    messages.success(request, _kept(told_by))
    return redirect("me")


def _kept(told_by: str) -> str:
    if told_by == service.MAIL:
        return "That is kept: you hear from us by mail."
    if told_by == service.NOT_AT_ALL:
        return "That is kept: no nudges any more. Only what the law or signing in wants still comes by mail."
    return f"That is kept, and a first word is on its way to you in {all_chats()[told_by].label}."


def _tried(request: HttpRequest, found: Chat) -> HttpResponse:
    """Try it; what came of it stands on its page."""
    try:
        missing = service.check(found, now=timezone.now())
    except ConnectorError:
        return _page(request, _kind(found.system), status=409)
    if missing:
        messages.warning(request, "It knows us, but something is missing. It stands below.")
    else:
        messages.success(
            request, "It works. Everybody can choose it now in My settings, under “How we reach you”."
        )
    return redirect("chat", system=found.system)


def _page(
    request: HttpRequest, kind: type[ChatConnector], *, form: ChatForm | None = None, status: int = 200
) -> HttpResponse:
    found = _connected(kind.slug)
    context = {
        "chat": Shown(kind.slug, kind.label, kind.steps, kind.scopes, kind.why, kind.never, not kind.fields),
        "found": found,
        "form": form or ChatForm(kind=kind, chat=found),
        "manifest": kind.manifest(service.hook_address(found)) if found else "",
        "open_form": form is not None or not found or bool(found.trouble) or found.checked_at is None,
        "people": ChatAddress.objects.filter(system=kind.slug, user__told_by=kind.slug).count(),
    }
    return render(request, "chat/chat.html", context, status=status)


def _kind(system: str) -> type[ChatConnector]:
    kind = all_chats().get(system)
    if kind is None:
        raise Http404
    return kind


def _connected(system: str) -> Chat | None:
    return Chat.objects.filter(system=system).first()
