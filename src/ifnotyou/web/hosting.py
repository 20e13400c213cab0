"""What a host does for somebody named."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ifnotyou.models import Referral, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.people import first_name
from ifnotyou.queries.hosts import colleagues_who_could_host, host_of_key
from ifnotyou.queries.names import introductions_visible_to, notices_about, vips_visible_to
from ifnotyou.services import correcting, hosting, referrals, saying
from ifnotyou.web.access import user_of
from ifnotyou.web.host_card import aside_reasons
from ifnotyou.web.hosting_forms import AboutForm, AsideForm, PersonForm, RoleForm, StepForm
from ifnotyou.web.names import page_of_name, vip_of, vip_to_act_for
from ifnotyou.web.paging import asked_for

SAID = {
    "answered": "Good. A word from the host is due within one working day.",
    "silent": "Taken back: it is their turn, and nobody reminds them.",
    "applied": "From here on the same stages and the same bar as for everybody. The host stays.",
    "hired": "Welcome to them!",
    "back": "Taken back.",
}


@require_POST
def take(request: HttpRequest, vip_id: int) -> HttpResponse:
    """I am their host."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    return _do(
        request,
        vip,
        lambda: hosting.take(vip, by=user, now=timezone.now()),
        f"You are the host. Next: write to {first_name(vip.name)}.",
    )


@require_POST
def give_back(request: HttpRequest, vip_id: int) -> HttpResponse:
    """I cannot after all; no reason is wanted."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    return _do(
        request,
        vip,
        lambda: hosting.give_back(vip, by=user, now=timezone.now()),
        "Thank you for saying so. Somebody else sees to it.",
    )


@require_http_methods(["GET", "POST"])
def hand_on(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Somebody else hosts: choose a colleague."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    if request.method != "POST":
        return _choose(request, vip)
    chosen = host_of_key(user, request.POST.get("who", ""), timezone.now().date())
    if chosen is None:
        nobody = Refusal("nobody", "They are not there at the moment. Please choose somebody else.")
        return _choose(request, vip, refusal=nobody, status=409)
    try:
        to = hosting.hand_on_to(vip, chosen, by=user, now=timezone.now())
    except Refusal as refusal:
        return _choose(request, vip, refusal=refusal, status=409)
    messages.success(request, f"{to.name} hears of it at once.")
    return _back(request, vip)


@require_POST
def say(request: HttpRequest, vip_id: str, said: str) -> HttpResponse:
    """They answered, they applied, they are one of us; or that was a slip."""
    vip, user = vip_to_act_for(request, int(vip_id)), user_of(request)
    seen = request.POST.get("seen", "")
    return _do(request, vip, lambda: saying.say(vip, said, seen, by=user, now=timezone.now()), SAID[said])


@require_POST
def next_step(request: HttpRequest, vip_id: int) -> HttpResponse:
    """What comes next, always with a date."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    now = timezone.now()
    form = StepForm(request.POST, host=vip.host or user, now=now)
    if not form.is_valid():
        return page_of_name(request, vip, step_form=form, status=400)
    data = form.cleaned_data
    return _do(
        request,
        vip,
        lambda: hosting.plan(
            vip, data["words"], form.due_at(), theirs=data["turn"] == "theirs", by=user, now=now
        ),
        "Kept, with its date.",
    )


@require_POST
def set_aside(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Nobody writes to them, because nobody may; or, said with `again`, somebody is to write after all."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    now = timezone.now()
    if "again" in request.POST:
        if not vip.set_aside:
            return redirect("name", vip.pk)
        told = "Taken up again: somebody is to write to them."
        return _do(request, vip, lambda: hosting.set_aside(vip, "", by=user, now=now), told)
    form = AsideForm(request.POST, reasons=aside_reasons(notices_about([vip], user, now.date())[vip.pk]))
    if not form.is_valid():
        return page_of_name(request, vip, aside_form=form, status=400)
    why = form.cleaned_data["why"]
    told = "Set aside: nobody writes to them."
    return _do(request, vip, lambda: hosting.set_aside(vip, why, by=user, now=now), told)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, vip_id: int) -> HttpResponse:
    """What we hold is put right."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    held = {name: getattr(vip, name) for name in AboutForm.base_fields}
    form = AboutForm(request.POST or None, initial=held, region=user.workspace.country)
    return _filled(
        request,
        vip,
        form,
        lambda: correcting.correct(vip, form.about(), by=user, now=timezone.now()),
        heading="Put it right",
        words="What is kept about somebody has to be true, and is theirs to read. Telephone numbers are taken out.",
    )


@require_http_methods(["GET", "POST"])
def other_role(request: HttpRequest, vip_id: int) -> HttpResponse:
    """Fit or not: another role may suit them."""
    vip, user = vip_to_act_for(request, vip_id), user_of(request)
    form = RoleForm(request.POST or None, vip=vip)
    return _filled(
        request,
        vip,
        form,
        lambda: correcting.talk_about(vip, form.cleaned_data["job"], by=user, now=timezone.now()),
        heading="Another role",
        words=f"Now it is {vip.job or 'none yet'}. Whoever does not fit one role may fit another: these are open, "
        "by their names. It is theirs to say what they would like.",
    )


@require_http_methods(["GET", "POST"])
def arrived(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Somebody made the introduction that they said they would: from now on it is ours to answer."""
    user = user_of(request)
    visible = introductions_visible_to(user).select_related("ask__candidate", "job")
    referral: Referral = get_object_or_404(visible, pk=referral_id)
    form = PersonForm(request.POST or None, region=user.workspace.country)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            referrals.introduction_arrived(referral, form.given(), by=user, now=timezone.now())
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, "Thank you: the introduction is on record.")
            referral.refresh_from_db()
            return _back(request, referral.vip)
    context = {
        "referral": referral,
        "vip": vips_visible_to(user).filter(referrals=referral).first(),
        "form": form,
        "refusal": refusal,
    }
    status = 409 if refusal else 400 if form.errors else 200
    return render(request, "hosting/arrived.html", context, status=status)


def _do(request: HttpRequest, vip: Vip, service: Callable[[], object], told: str) -> HttpResponse:
    """Call the service and show the page, or why not."""
    try:
        service()
    except Refusal as refusal:
        return page_of_name(request, vip_of(request, vip.pk), refusal=refusal, status=409)
    messages.success(request, told)
    return _back(request, vip)


def _filled(
    request: HttpRequest,
    vip: Vip,
    form: Form,
    service: Callable[[], object],
    *,
    heading: str,
    words: str,
) -> HttpResponse:
    """A form about one person on a page of its own: shown, kept, or what is wrong with it."""
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            service()
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, "Kept.")
            return _back(request, vip)
    context = {"vip": vip, "form": form, "heading": heading, "words": words, "refusal": refusal}
    status = 409 if refusal else 400 if form.errors else 200
    return render(request, "hosting/form.html", context, status=status)


def _choose(
    request: HttpRequest, vip: Vip, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The colleagues to choose from, found by their name."""
    words = asked_for(request, "q")
    colleagues, more = colleagues_who_could_host(
        user_of(request), words, timezone.now().date(), but=vip.host or vip.proposed
    )
    context = {
        "vip": vip,
        "them": first_name(vip.name),
        "words": words,
        "colleagues": colleagues,
        "more": more,
        "refusal": refusal,
    }
    return render(request, "hosting/hand_on.html", context, status=status)


def _back(request: HttpRequest, vip: Vip | None) -> HttpResponse:
    """To the page of the person, where it is still theirs to see; else to the board."""
    if vip is not None and vips_visible_to(user_of(request)).filter(pk=vip.pk).exists():
        return redirect("name", vip.pk)
    return redirect("board")
