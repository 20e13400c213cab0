"""Outgoing webhooks: programs that hear of what happens here, and how that goes."""

from __future__ import annotations

from typing import NamedTuple

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ifnotyou.models import Listener, Telling, TellingState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries import listeners as queries
from ifnotyou.queries.listeners import State
from ifnotyou.services import listeners as service
from ifnotyou.services.happenings import Kind
from ifnotyou.web.access import user_of
from ifnotyou.web.listener_forms import ListenerForm
from ifnotyou.web.paging import page_number

LIST = "listeners/list.html"
ONE = "listeners/one.html"
STATES = {
    State.GIVEN_UP: ("warn", "Told nothing any more"),
    State.PAUSED: ("wait", "Paused"),
    State.FAILING: ("warn", "Does not take it"),
    State.LISTENING: ("done", "Listens"),
}
TELLINGS = {
    TellingState.WAITING: ("wait", "Waits"),
    TellingState.TOLD: ("done", "Told"),
    TellingState.FAILED: ("warn", "Not told"),
}


class Line(NamedTuple):
    """One line of the log: what is told, a mark and its word, and what it is about."""

    telling: Telling
    mark: str
    word: str
    about: str
    again: bool


@sensitive_post_parameters("url")
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="try_listener")
def show_listeners(request: HttpRequest) -> HttpResponse:
    """All listeners; a form makes a new one, whose secret is shown on the answer and never again."""
    if request.method != "POST":
        return _list(request, ListenerForm())
    form = ListenerForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    try:
        listener, secret = service.add(
            form.cleaned_data["url"], form.cleaned_data["kinds"], by=user_of(request)
        )
    except Refusal as refusal:
        return _list(request, form, refusal=refusal, status=409)
    return _page(request, listener, secret=secret)


@require_GET
def show_listener(request: HttpRequest, listener_id: int) -> HttpResponse:
    """One listener, and what it was told."""
    return _page(request, _there(listener_id))


@sensitive_post_parameters("url")
@require_POST
@rate_limit(action="try_listener")
def change(request: HttpRequest, listener_id: int) -> HttpResponse:
    """Another address, or other kinds."""
    listener = _there(listener_id)
    form = ListenerForm(request.POST, listener=listener)
    if not form.is_valid():
        return _page(request, listener, form=form, status=400)
    service.change(listener, form.cleaned_data["url"], form.cleaned_data["kinds"], by=user_of(request))
    messages.success(request, "That is kept.")
    return redirect("listener", listener_id=listener_id)


@require_POST
@rate_limit(action="try_listener")
def new_secret(request: HttpRequest, listener_id: int) -> HttpResponse:
    """A new secret, shown this once."""
    listener = _there(listener_id)
    secret = service.change_secret(listener, by=user_of(request), now=timezone.now())
    return _page(request, _there(listener_id), secret=secret)


@require_POST
def pause(request: HttpRequest, listener_id: int) -> HttpResponse:
    """Tell it nothing for now, or go on."""
    listener, user = _there(listener_id), user_of(request)
    if request.POST.get("do") == "go_on":
        service.go_on(listener, by=user)
        messages.success(request, "It goes on, with what waited.")
    else:
        service.pause(listener, by=user)
        messages.success(request, "Paused. What happens until you let it go on it will not hear of.")
    return redirect("listener", listener_id=listener_id)


@require_POST
@rate_limit(action="try_listener")
def try_it(request: HttpRequest, listener_id: int) -> HttpResponse:
    """Call it now, and say what came of it."""
    tried = service.try_it(_there(listener_id), by=user_of(request), now=timezone.now())
    if tried.state == TellingState.TOLD:
        messages.success(request, f"It works: the call was taken ({tried.status}).")
    else:
        messages.warning(request, f"The call was not taken. {tried.trouble}")
    return redirect("listener", listener_id=listener_id)


@require_POST
@rate_limit(action="try_listener")
def tell_again(request: HttpRequest, listener_id: int) -> HttpResponse:
    """Tell it once more what it did not take: one, or all of it."""
    listener, asked = _there(listener_id), request.POST.get("telling", "")
    one = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len(str(2**63)) else None
    number = 0
    if one is not None or not asked:
        number = service.tell_again(listener, one, by=user_of(request), now=timezone.now())
    if not number:
        messages.warning(request, "There is nothing to be told once more.")
    elif listener.paused:
        messages.success(request, "It waits now, until you let it go on.")
    else:
        messages.success(request, "It is told once more, in a moment.")
    return redirect("listener", listener_id=listener_id)


@require_POST
def remove(request: HttpRequest, listener_id: int) -> HttpResponse:
    """Forget it."""
    listener = _there(listener_id)
    service.remove(listener, by=user_of(request))
    messages.success(
        request, f"{listener.host} is told nothing any more. Its address and secret are forgotten."
    )
    return redirect("listeners")


def _there(listener_id: int) -> Listener:
    return get_object_or_404(Listener.objects, pk=listener_id)


def _list(
    request: HttpRequest, form: ListenerForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "rows": [(one, *STATES[queries.state_of(one)]) for one in queries.listeners()],
        "form": form,
        "refusal": refusal,
    }
    return render(request, LIST, context, status=status)


def _page(
    request: HttpRequest,
    listener: Listener,
    *,
    form: ListenerForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    state = queries.state_of(listener)
    page = queries.told(listener, page_number(request))
    mark, word = STATES[state]
    context = {
        "listener": listener,
        "mark": mark,
        "word": word,
        "failing": state in {State.FAILING, State.GIVEN_UP},
        "form": form or ListenerForm(listener=listener),
        "secret": secret,
        "page": page,
        "lines": [_line(telling) for telling in page.rows],
        "not_told": queries.not_told(listener),
    }
    return render(request, ONE, context, status=status)


def _line(telling: Telling) -> Line:
    happening = telling.happening
    mark, word = TELLINGS[TellingState(telling.state)]
    again = telling.state == TellingState.FAILED and happening.kind != Kind.TEST
    return Line(telling, mark, word, _about(happening.ids), again)


def _about(ids: dict[str, int | str | list[int]]) -> str:
    """The numbers that are told, those of many declines as how many they are."""
    told = []
    for name, value in ids.items():
        words = name.replace("_ids", "s").replace("_id", "")
        if isinstance(value, list) and len(value) != 1:
            told.append(f"{len(value)} {words}")
        else:
            number = value[0] if isinstance(value, list) else value
            told.append(f"{words.removesuffix('s')} {number}")
    return ", ".join(told)
