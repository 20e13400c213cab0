"""Whether somebody named may learn who named them in confidence: the steward's page, and the asker's part of it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ifnotyou.models import Ask, Weighing
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.people import first_name
from ifnotyou.queries.asks import cards_of
from ifnotyou.queries.names import names_visible_to, vips_visible_to
from ifnotyou.services import audit, weighing
from ifnotyou.services.weighing import Decision, Says, Step, step_of
from ifnotyou.web.access import user_of
from ifnotyou.web.name_forms import AskedAgainForm, InterestsForm, WeighedForm


@require_POST
def open_weighing(request: HttpRequest, vip_id: int) -> HttpResponse:
    """The steward begins to weigh, or goes on."""
    user = user_of(request)
    vip = get_object_or_404(vips_visible_to(user), pk=vip_id)
    names = names_visible_to(user).filter(vip=vip, terms=Terms.CONFIDENTIAL)
    asked = request.POST.get("referral", "")
    referral = next((one for one in names if str(one.pk) == asked), None)
    if referral is None:
        raise Http404
    try:
        opened = weighing.open_weighing(referral, by=user, now=timezone.now())
    except Refusal as refusal:
        context = {"vip": vip, "refusal": refusal}
        return render(request, "weighings/refused.html", context, status=409)
    return redirect("weighing", opened.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def weigh(request: HttpRequest, weighing_id: int) -> HttpResponse:
    """The steps, each with what is recorded; a POST records the next one."""
    found = _weighing(request, weighing_id)
    if request.method != "POST":
        audit.write_seen(user_of(request), found)
        return _page(request, found)
    step = request.POST.get("step", "")
    if step == Step.INTERESTS:
        return _note_interests(request, found)
    if step == Step.DECISION:
        return _decide(request, found)
    if step == Step.DISCLOSE:
        user = user_of(request)
        return _do(request, found, lambda: weighing.disclose(found, by=user, now=timezone.now()))
    return _page(request, found, refusal=Refusal("step", "Nothing was recorded: choose a step."), status=400)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_weighing(request: HttpRequest, ask_id: int, weighing_id: int) -> HttpResponse:
    """The asker's part: what the referrer says when asked again, and that they were told before anybody else."""
    ask = get_object_or_404(cards_of(user_of(request)), pk=ask_id)
    found = get_object_or_404(Weighing.objects.select_related("referral__vip"), pk=weighing_id)
    if not weighing.belongs_to(found, ask):
        raise Http404
    form = AskedAgainForm(
        request.POST if "says" in request.POST else None,
        initial={"says": found.referrer_says, "why": found.referrer_why},
    )
    refusal = None
    if request.method == "POST":
        try:
            if _record(request, found, form):
                return redirect("card_weighing", ask.pk, found.pk)
        except Refusal as error:
            refusal = error
    status = 409 if refusal else 400 if request.method == "POST" else 200
    return _asker_page(request, ask, found, form, refusal, status)


def _record(request: HttpRequest, found: Weighing, form: AskedAgainForm) -> bool:
    """Record what the asker tells; False where something in the form is missing."""
    if request.POST.get("step") == Step.TELL_FIRST:
        weighing.say_told(found, now=timezone.now())
        return True
    if not form.is_valid():
        return False
    weighing.record_answer(found, Says(form.cleaned_data["says"]), form.cleaned_data["why"])
    return True


def _asker_page(
    request: HttpRequest,
    ask: Ask,
    found: Weighing,
    form: AskedAgainForm,
    refusal: Refusal | None,
    status: int,
) -> HttpResponse:
    found.refresh_from_db()
    context = {
        "ask": ask,
        "weighing": found,
        "them": first_name(ask.candidate.name),
        "step": step_of(found),
        "form": None if found.decision else form,
        "refusal": refusal,
    }
    return render(request, "weighings/asker.html", context, status=status)


def _weighing(request: HttpRequest, weighing_id: int) -> Weighing:
    """One weighing about a name that this user may see."""
    visible = Weighing.objects.filter(referral__in=names_visible_to(user_of(request)))
    return get_object_or_404(visible.select_related("referral__vip", "referral__job"), pk=weighing_id)


def _note_interests(request: HttpRequest, found: Weighing) -> HttpResponse:
    form, user = InterestsForm(request.POST), user_of(request)
    if not form.is_valid():
        return _page(request, found, interests_form=form, status=400)
    told = form.cleaned_data
    return _do(
        request,
        found,
        lambda: weighing.note_interests(found, told["vip_interest"], told["referrer_interest"], by=user),
    )


def _decide(request: HttpRequest, found: Weighing) -> HttpResponse:
    form, user = WeighedForm(request.POST), user_of(request)
    if not form.is_valid():
        return _page(request, found, weighed_form=form, status=400)
    decision, reasons = Decision(form.cleaned_data["decision"]), form.cleaned_data["reasons"]
    return _do(request, found, lambda: weighing.decide(found, decision, reasons, by=user, now=timezone.now()))


def _do(request: HttpRequest, found: Weighing, service: Callable[[], None]) -> HttpResponse:
    """Call the service and show the page, or why not."""
    try:
        service()
    except Refusal as refusal:
        return _page(request, _weighing(request, found.pk), refusal=refusal, status=409)
    return redirect("weighing", found.pk)


def _page(
    request: HttpRequest,
    found: Weighing,
    *,
    refusal: Refusal | None = None,
    interests_form: InterestsForm | None = None,
    weighed_form: WeighedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The steward's page, with what they just tried and could not do."""
    step = step_of(found)
    interests = {"vip_interest": found.vip_interest, "referrer_interest": found.referrer_interest}
    context = {
        "weighing": found,
        "vip": found.referral.vip,
        "step": step,
        "says": found.referrer_says,
        "interests_form": interests_form or InterestsForm(initial=interests)
        if step in {Step.INTERESTS, Step.DECISION}
        else None,
        "weighed_form": weighed_form or WeighedForm() if step is Step.DECISION else None,
        "source": weighing.source_shown(found),
        "refusal": refusal,
    }
    return render(request, "weighings/weighing.html", context, status=status)
