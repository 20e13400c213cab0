"""My mailbox: at the company's server or at a provider; and the company's client at each provider."""

from __future__ import annotations

import re
from typing import NamedTuple

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.connectors.mail.providers.contract import Field, Provider, Scope
from ifnotyou.models import MailApp, Mailbox
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import mailboxes as service
from ifnotyou.web.access import user_of
from ifnotyou.web.forms import MailboxForm
from ifnotyou.web.leading import lead_to
from ifnotyou.web.mailbox_forms import MailAppForm
from ifnotyou.web.settings_pages import my_page

KEPT = "mail_consent"
"""What the session holds of somebody who was led to a provider, until they are back; good for one way back."""

_CODE = re.compile(r"[a-z_]{1,40}")


class Shown(NamedTuple):
    """A provider as a template may have it: it would call a class."""

    slug: str
    label: str
    steps: tuple[str, ...]
    scopes: tuple[Scope, ...]
    fields: tuple[Field, ...]
    never: str


@sensitive_post_parameters()
@require_POST
@rate_limit(action="try_mailbox")
def my_mailbox(request: HttpRequest) -> HttpResponse:
    """Keep how my own mail leaves by the company's server, and try it at once."""
    user = user_of(request)
    form = MailboxForm(request.POST, instance=Mailbox.objects.filter(user=user).first())
    if not form.is_valid():
        return my_page(request, mailbox_form=form)
    try:
        mailbox = service.connect_mailbox(user, **form.cleaned_data)
    except Refusal as refusal:
        return my_page(request, mailbox_refusal=refusal)
    return _tried(request, mailbox)


@require_POST
@rate_limit(action="try_mailbox")
def my_mailbox_try(request: HttpRequest) -> HttpResponse:
    """Sign in once, sending nothing."""
    return _tried(request, get_object_or_404(Mailbox, user=user_of(request)))


@require_POST
@rate_limit(action="try_mailbox")
def my_mailbox_remove(request: HttpRequest) -> HttpResponse:
    """Forget my mailbox, and take my consent back."""
    messages.success(request, service.remove_mailbox(user_of(request)))
    return redirect("me")


@require_POST
@rate_limit(action="try_mailbox")
def my_mailbox_connect(request: HttpRequest, provider: str) -> HttpResponse:
    """Lead me to my provider, where I say whether I allow it."""
    kind = _kind(provider)
    try:
        address, kept = service.lead_to_consent(user_of(request), provider)
    except Refusal as refusal:
        return my_page(request, mailbox_refusal=refusal)
    request.session[KEPT] = kept._asdict()
    return lead_to(request, address, kind.label)


@sensitive_variables("code", "kept")
@require_GET
def my_mailbox_back(request: HttpRequest) -> HttpResponse:
    """I am back from my provider. The address holds a code, so another page follows at once."""
    user = user_of(request)
    kept = request.session.pop(KEPT, None)
    state = request.GET.get("state", "")
    if not kept or kept["user"] != user.pk or not constant_time_compare(kept["state"], state):
        messages.error(
            request,
            "This way back is not one that you began here just now, so nothing was connected. Begin here once more.",
        )
        return redirect("me")
    label = all_providers()[kept["provider"]].label
    code = request.GET.get("code", "")
    if not code:
        messages.error(request, _not_allowed(label, request.GET.get("error", "")))
        return redirect("me")
    try:
        service.take_consent(user, service.LedBack(**kept), code)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("me")
    messages.success(request, f"Connected: your notes can leave by {label}. Nothing was sent.")
    return redirect("me")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="try_mailbox")
def mail_app(request: HttpRequest, provider: str) -> HttpResponse:
    """The company's client at a provider: the steps, what is typed in, and whether the provider knows it."""
    kind = _kind(provider)
    app = MailApp.objects.filter(provider=provider).first()
    if request.method != "POST":
        return _app_page(request, kind, MailAppForm(kind=kind, app=app))
    form = MailAppForm(request.POST, kind=kind, app=app)
    if not form.is_valid():
        return _app_page(request, kind, form, status=400)
    kept = service.keep_app(
        provider,
        client_id=form.cleaned_data["client_id"],
        client_secret=form.cleaned_data["client_secret"],
        options=form.options,
        by=user_of(request),
    )
    try:
        service.try_app(kept)
    except Refusal as refusal:
        return _app_page(request, kind, MailAppForm(kind=kind, app=kept), refusal=refusal, status=409)
    messages.success(
        request, f"{kind.label} knows this client. Now people connect their mailboxes under My settings."
    )
    return redirect("mail_app", provider=provider)


@require_POST
def mail_app_remove(request: HttpRequest, provider: str) -> HttpResponse:
    """Forget the company's client."""
    kind = _kind(provider)
    app = MailApp.objects.filter(provider=provider).first()
    if app is not None:
        service.remove_app(app, by=user_of(request))
        messages.success(request, f"The client at {kind.label} is forgotten here. Delete it there as well.")
    return redirect("mail_app", provider=provider)


def _kind(provider: str) -> type[Provider]:
    kind = all_providers().get(provider)
    if kind is None:
        raise Http404
    return kind


def _not_allowed(label: str, error: str) -> str:
    """Why somebody came back without a code. Only what looks like a code of the standard's is repeated."""
    if error == "access_denied":
        return f"You did not allow it at {label}, so nothing was connected. All stays as it was."
    told = f" (It said “{error}”.)" if _CODE.fullmatch(error) else ""
    return f"{label} did not let you through, so nothing was connected. An admin looks at the steps under Doors.{told}"


def _tried(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    try:
        service.try_mailbox(mailbox)
    except Refusal as refusal:
        return my_page(request, mailbox_refusal=refusal)
    messages.success(request, f"It works: {service.label_of(mailbox)} let us in. Nothing was sent.")
    return redirect("me")


def _app_page(
    request: HttpRequest,
    kind: type[Provider],
    form: MailAppForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    back = service.back_address()
    steps = tuple(step.replace("{back}", back) for step in kind.steps)
    counted = Mailbox.objects.filter(kind=kind.slug)
    return render(
        request,
        "settings/mail_app.html",
        {
            "provider": Shown(kind.slug, kind.label, steps, kind.scopes, kind.fields, kind.never),
            "back": back,
            "form": form,
            "found": form.app,
            "refusal": refusal,
            "connected": counted.filter(lost="").count(),
            "lost": counted.exclude(lost="").count(),
        },
        status=status,
    )
