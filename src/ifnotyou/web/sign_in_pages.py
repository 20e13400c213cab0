"""Who vouches for people here, and whose address is enough to be let in. For admins."""

from __future__ import annotations

from typing import NamedTuple

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ifnotyou.connectors.sign_in import all_kinds, kind_of
from ifnotyou.connectors.sign_in.contract import Kind
from ifnotyou.models import SignInProvider, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import sign_in as service
from ifnotyou.web.access import user_of
from ifnotyou.web.sign_in_forms import DomainsForm, ProviderForm

LIST = "sign_in/list.html"
ONE = "sign_in/one.html"


class Shown(NamedTuple):
    """A kind as a template may have it: it would call a class."""

    slug: str
    label: str
    steps: tuple[str, ...]
    trust: str


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_providers(request: HttpRequest) -> HttpResponse:
    """All of them, and the domains. Posting keeps the domains."""
    admin = user_of(request)
    workspace = Workspace.objects.get(pk=admin.workspace_id)
    form = DomainsForm(request.POST or None, initial={"domains": "\n".join(workspace.domains)})
    if request.method == "POST" and form.is_valid():
        service.change_domains(workspace, form.cleaned_data["domains"], by=admin)
        messages.success(request, "That is kept.")
        return redirect("sign_in_providers")
    return render(
        request,
        LIST,
        {
            "providers": SignInProvider.objects.order_by("label", "pk"),
            "kinds": [_shown(kind) for kind in all_kinds().values()],
            "domains": workspace.domains,
            "form": form,
        },
        status=400 if request.method == "POST" else 200,
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="try_connection")
def sign_in_provider_new(request: HttpRequest, kind: str) -> HttpResponse:
    """The steps there, and the form here. What does not answer as a provider is not kept."""
    found = all_kinds().get(kind)
    if found is None:
        raise Http404
    slug = service.free_slug(kind)
    form = ProviderForm(request.POST or None, kind=found, provider=None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, slug, form, status=400 if request.method == "POST" else 200)
    try:
        service.add_provider(by=user_of(request), slug=slug, **form.cleaned_data)
    except Refusal as refusal:
        return _page(request, found, slug, form, refusal=refusal, status=409)
    messages.success(
        request, "It answers, and the button is on the sign-in page. Try it in another browser now."
    )
    return redirect("sign_in_provider", slug=slug)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="try_connection")
def sign_in_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """One that is kept. Posting tries what is different, and keeps it if it answers."""
    provider = get_object_or_404(SignInProvider, slug=slug)
    kind = kind_of(provider.issuer)
    form = ProviderForm(request.POST or None, kind=kind, provider=provider)
    if request.method != "POST" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return _page(request, kind, slug, form, provider=provider, status=status)
    try:
        service.change_provider(provider, by=user_of(request), **form.cleaned_data)
    except Refusal as refusal:
        return _page(request, kind, slug, form, provider=provider, refusal=refusal, status=409)
    messages.success(request, "That is kept, and it answers.")
    return redirect("sign_in_provider", slug=slug)


@require_POST
def sign_in_provider_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Let nobody in by it any more."""
    provider = get_object_or_404(SignInProvider, slug=slug)
    service.remove_provider(provider, by=user_of(request))
    messages.success(
        request, f"Nobody signs in with {provider.label} any more. Delete the client there, too."
    )
    return redirect("sign_in_providers")


def _page(
    request: HttpRequest,
    kind: type[Kind],
    slug: str,
    form: ProviderForm,
    *,
    status: int,
    provider: SignInProvider | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    told = {"kind": _shown(kind), "back": service.back_to(slug), "form": form}
    return render(request, ONE, {**told, "provider": provider, "refusal": refusal}, status=status)


def _shown(kind: type[Kind]) -> Shown:
    return Shown(kind.slug, kind.label, kind.steps, kind.trust)
