"""The company's systems for applicants: connecting one, trying it, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.ats.contract import AtsConnector, CallsUs, Question, TakesPeople
from ifnotyou.connectors.base import ConnectorError
from ifnotyou.models import Connection, Delivery, DeliveryState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries import connections as queries
from ifnotyou.queries.connections import State
from ifnotyou.services import connections as service
from ifnotyou.services import deliveries, filing
from ifnotyou.web.access import user_of
from ifnotyou.web.connection_forms import ConnectForm, HookSecretForm, QuestionsForm

LIST = "connections/list.html"
ONE = "connections/one.html"
STATES = {
    State.PAUSED: ("wait", "Paused"),
    State.TROUBLE: ("warn", "Trouble"),
    State.LACKING: ("warn", "Something is missing"),
    State.NOT_TRIED: ("wait", "Not tried yet"),
    State.READING: ("wait", "Reading its history"),
    State.READ: ("done", "Connected"),
}
CALLS = {
    DeliveryState.WAITING: ("wait", "Waits"),
    DeliveryState.READING: ("wait", "Is being read"),
    DeliveryState.DONE: ("done", "Read"),
    DeliveryState.OF_NO_INTEREST: ("never", "Not about an offer"),
    DeliveryState.UNREADABLE: ("warn", "Not understood"),
}


class Shown(NamedTuple):
    """A system as a template may have it: it would call a class."""

    slug: str
    label: str
    steps: tuple[str, ...]


class Standing(NamedTuple):
    """How a connection stands, in words: a mark, its kind, and a sentence."""

    mark: str
    word: str
    sentence: str


@require_GET
def show_connections(request: HttpRequest) -> HttpResponse:
    """All systems."""
    now = timezone.now()
    rows = [
        (_shown(system.kind), _standing(system.connection, now) if system.connection else None)
        for system in queries.systems()
    ]
    return render(request, LIST, {"rows": rows})


@require_GET
def connection(request: HttpRequest, system: str) -> HttpResponse:
    """One system."""
    return _page(request, _kind(system))


@sensitive_post_parameters()
@require_POST
@rate_limit(action="try_connection")
def try_connection(request: HttpRequest, system: str) -> HttpResponse:
    """Keep what was typed in and try it, or try what is kept."""
    kind, found = _kind(system), _connected(system)
    if request.POST.get("do") == "try":
        return _tried(request, _there(system))
    form = ConnectForm(request.POST, kind=kind, connection=found)
    if not form.is_valid():
        return _page(request, kind, form=form, status=400)
    return _tried(
        request,
        service.connect(by=user_of(request), system=system, values=form.values, address=form.address),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="try_connection")
def keep_answers(request: HttpRequest, system: str) -> HttpResponse:
    """What only the customer can say. The other system is asked what there is to choose from."""
    found = _there(system)
    try:
        questions = _questions(found)
    except ConnectorError as error:
        return _questions_page(request, found, trouble=error.text, status=409)
    form = QuestionsForm(
        request.POST if request.method == "POST" else None, questions=questions, answers=found.answers
    )
    if request.method != "POST" or not form.is_valid():
        return _questions_page(request, found, form=form, status=400 if request.method == "POST" else 200)
    taken_for = {one.name: one.answer for one in questions if one.name != filing.SOURCE}
    again = service.keep_answers(found, form.answers, by=user_of(request), taken_for=taken_for)
    messages.success(
        request,
        "That is kept. Everything is read once more, because it may mean something else now."
        if again
        else "That is kept.",
    )
    return redirect("connection", system=system)


@sensitive_post_parameters()
@require_POST
def keep_hook(request: HttpRequest, system: str) -> HttpResponse:
    """A secret for the calls of the system: made up here and shown this once, or typed in."""
    kind, found, user, now = _kind(system), _there(system), user_of(request), timezone.now()
    if not issubclass(kind, CallsUs):
        raise Http404
    if not kind.makes_secret:
        return _page(request, kind, new_secret=service.new_hook_secret(found, by=user, now=now))
    form = HookSecretForm(request.POST)
    if not form.is_valid():
        return _page(request, kind, hook_form=form, status=400)
    service.keep_hook_secret(found, form.cleaned_data["secret"], by=user, now=now)
    messages.success(request, "That is kept.")
    return redirect("connection", system=system)


@require_POST
def read_now(request: HttpRequest, system: str) -> HttpResponse:
    """Read it before its turn."""
    try:
        service.read_now(_there(system), by=user_of(request))
    except Refusal as refusal:
        messages.warning(request, refusal.text)
    else:
        messages.success(request, "It is being read. What is new stands in the inbox in a moment.")
    return redirect("connection", system=system)


@require_GET
def progress(request: HttpRequest, system: str) -> HttpResponse:
    """How far the reading is; fetched again and again, and at its end the page as a whole."""
    found = _there(system)
    if not getattr(request, "htmx", False):
        return redirect("connection", system=system)
    if queries.state_of(found) is not State.READING:
        return HttpResponseClientRedirect(reverse("connection", args=[system]))
    return render(request, f"{ONE}#progress", {"system": _shown(_kind(system)), **_progress(found)})


@require_POST
def pause(request: HttpRequest, system: str) -> HttpResponse:
    """Read nothing for now, or go on."""
    found, user = _there(system), user_of(request)
    if request.POST.get("do") == "go_on":
        service.go_on(found, by=user)
        messages.success(request, "It goes on. What was missed meanwhile is read now.")
    else:
        service.pause(found, by=user)
        messages.success(
            request, "Paused. Nothing is read there, and nobody is filed, until you let it go on."
        )
    return redirect("connection", system=system)


@require_POST
@rate_limit(action="try_connection")
def write_back(request: HttpRequest, system: str) -> HttpResponse:
    """File people there, or no more. Where it begins, the key is tried for what that needs."""
    kind, found, user = _kind(system), _there(system), user_of(request)
    if not issubclass(kind, TakesPeople):
        raise Http404
    is_on = request.POST.get("do") == "on"
    service.write_back(found, on=is_on, by=user)
    if is_on:
        return _tried(request, _there(system))
    messages.success(request, f"Nobody is filed in {kind.label} any more. Whoever is there stays there.")
    return redirect("connection", system=system)


@require_POST
def remove(request: HttpRequest, system: str) -> HttpResponse:
    """Forget the connection and its key."""
    kind = _kind(system)
    service.remove(_there(system), by=user_of(request))
    messages.success(
        request, f"{kind.label} is not connected any more: its key is forgotten here. What was read stays."
    )
    return redirect("connections")


@require_POST
def read_again(request: HttpRequest, system: str) -> HttpResponse:
    """Try again what could not be understood."""
    understood = deliveries.again_all(_there(system), by=user_of(request))
    if understood:
        messages.success(request, f"{understood} could be understood now.")
    else:
        messages.warning(
            request, "They cannot be understood yet. They stay here; an update may bring the mend."
        )
    return redirect("connection", system=system)


def _tried(request: HttpRequest, found: Connection) -> HttpResponse:
    """Try the connection; what came of it stands on its page. The first time, what it asks comes next."""
    kind = _kind(found.system)
    begins = found.synced_at is None
    try:
        missing = service.check(found, now=timezone.now())
    except ConnectorError:
        return _page(request, kind, status=409)
    if missing:
        messages.warning(request, f"{kind.label} knows the key, but something is missing. It stands below.")
        return redirect("connection", system=found.system)
    if not begins:
        messages.success(request, "It works: nothing is missing.")
        return redirect("connection", system=found.system)
    messages.success(request, "It works: nothing is missing. Its history is being read.")
    return redirect("connection_answers" if _asks(found) else "connection", system=found.system)


def _asks(found: Connection) -> bool:
    """Whether there are questions; where that cannot be told, their own page says why."""
    try:
        return bool(_questions(found))
    except ConnectorError:
        return True


def _page(
    request: HttpRequest,
    kind: type[AtsConnector],
    *,
    form: ConnectForm | None = None,
    hook_form: HookSecretForm | None = None,
    new_secret: str = "",
    status: int = 200,
) -> HttpResponse:
    found = _connected(kind.slug)
    context: dict[str, Any] = {
        "system": _shown(kind),
        "found": found,
        "form": form or ConnectForm(kind=kind, connection=found),
        "reading_scopes": [scope for scope in kind.scopes if not scope.writing],
        "filing_scopes": [scope for scope in kind.scopes if scope.writing],
    }
    if found is not None:
        state = queries.state_of(found)
        context |= {
            "standing": _standing(found, timezone.now()),
            "is_reading": state is State.READING,
            "lacking": queries.lacking(found),
            "open_form": form is not None or state in {State.TROUBLE, State.LACKING, State.NOT_TRIED},
            "takes_people": issubclass(kind, TakesPeople),
            "source_chosen": bool(found.answers.get(filing.SOURCE)),
            **_progress(found),
            **_calls(kind, found, hook_form, new_secret),
        }
    return render(request, ONE, context, status=status)


def _calls(
    kind: type[AtsConnector], found: Connection, hook_form: HookSecretForm | None, new_secret: str
) -> dict[str, Any]:
    """What the page tells of the calls that the system makes."""
    if not issubclass(kind, CallsUs):
        return {}
    address = f"{settings.PUBLIC_URL}{reverse('ats_hook', args=[kind.slug, found.pk, found.hook_token])}"
    return {
        "calls_us": True,
        "hook_steps": [_with_address(step, address) for step in kind.hook_steps],
        "makes_secret": kind.makes_secret,
        "hook_form": hook_form or HookSecretForm(),
        "new_secret": new_secret,
        "calls": [_call(one) for one in queries.last_calls(found)],
        "unreadable": queries.unreadable(found),
    }


def _call(call: Delivery) -> tuple[Delivery, str, str, str]:
    """A call with what it was about, and what became of it."""
    about = call.event or ("a record" if call.key.startswith("record:") else "unknown")
    return call, about, *CALLS[DeliveryState(call.state)]


def _with_address(step: str, address: str) -> SafeString:
    code = format_html("<code>{}</code>", address)
    return mark_safe(str(escape(step)).replace("{address}", code))  # noqa: S308 - both parts are escaped


def _standing(found: Connection, now: datetime) -> Standing:
    state = queries.state_of(found)
    return Standing(*STATES[state], _sentence(found, state, now))


def _sentence(found: Connection, state: State, now: datetime) -> str:
    """What there is to say of a connection in this state."""
    if state is State.PAUSED:
        return "Nothing is read there until somebody lets it go on."
    if state is State.TROUBLE:
        return found.trouble
    if state is State.LACKING:
        first, *others = queries.lacking(found)
        return f"{first} And {len(others)} more." if others else first
    if state is State.NOT_TRIED:
        return "Try whether the key works."
    if state is State.READING:
        return f"{_so_far(found)}."
    if found.read_at is None:
        return "Read."
    return f"Last read {_ago(found.read_at, now)}."


def _progress(found: Connection) -> dict[str, Any]:
    return {"so_far": _so_far(found), "missed": queries.missed_among(found)}


def _so_far(found: Connection) -> str:
    """How much of the history has been read, and back to when."""
    told = found.progress
    read = told.get("read", 0)
    if not read:
        return "It begins in a moment"
    words = "1 offer" if read == 1 else f"{read:,} offers"
    reached = parse_datetime(told.get("reached") or "")
    return f"{words}, back to {reached:%B %Y}" if reached else words


def _ago(moment: datetime, now: datetime) -> str:
    words = timesince(moment, now, depth=1)
    return "just now" if words.startswith("0") else f"{words} ago"


def _questions(found: Connection) -> list[Question]:
    """What the system's connector asks, and the source where people are filed. Talks with the other system."""
    asked = service.connector_of(found, seconds=service.PATIENCE).questions()
    if not found.writes_back:
        return asked
    source = filing.source_question(found)
    return [*asked, source] if source else asked


def _questions_page(
    request: HttpRequest,
    found: Connection,
    *,
    form: QuestionsForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"system": _shown(_kind(found.system)), "form": form, "trouble": trouble}
    return render(request, "connections/questions.html", context, status=status)


def _shown(kind: type[AtsConnector]) -> Shown:
    return Shown(kind.slug, kind.label, kind.steps)


def _kind(system: str) -> type[AtsConnector]:
    kind = all_systems().get(system)
    if kind is None:
        raise Http404
    return kind


def _connected(system: str) -> Connection | None:
    return Connection.objects.filter(system=system).first()


def _there(system: str) -> Connection:
    """The connection; there is none where the system is not known any more, either."""
    _kind(system)
    return get_object_or_404(Connection.objects, system=system)
