"""The inbox of those who recruit, and one decline of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.models import Decline, Employee
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import draft_thanks
from ifnotyou.playbook.reasons import CATEGORY_NAMES, Category
from ifnotyou.queries.declines import Wanted, ask_of, declines_visible_to, inbox, waiting_counts
from ifnotyou.services import audit
from ifnotyou.services.asks import hand_over, opt_out_candidate, take_card_back
from ifnotyou.services.declines import HandWritten, decide, met_by, plan_of, record_by_hand, record_enjoyed
from ifnotyou.web.access import user_of
from ifnotyou.web.decline_forms import DecisionForm, DeclineForm, EnjoyedForm
from ifnotyou.web.paging import asked_for, page_number


@require_GET
def show_inbox(request: HttpRequest) -> HttpResponse:
    """The declines, the newest first; to begin with those that deserve an ask."""
    user, words = user_of(request), asked_for(request, "q")
    wanted = Wanted(
        stage=asked_for(request, "stage") if "stage" in request.GET or words else Stage.TO_ASK,
        words=words,
        category=asked_for(request, "reason"),
        page=page_number(request),
    )
    context = {
        "page": inbox(user, wanted),
        "wanted": wanted,
        "counts": waiting_counts(user),
        "narrowed": bool(wanted.words or wanted.category),
    }
    template = "declines/inbox.html#found" if request.htmx else "declines/inbox.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def show_decline(request: HttpRequest, decline_id: int) -> HttpResponse:
    """One decline: may we ask, who, and why."""
    decline = _decline(request, decline_id)
    audit.write_seen(user_of(request), decline)
    return _page(request, decline)


def record(request: HttpRequest) -> HttpResponse:
    """Record, as in "she just called me", a decline that no system has told us about yet."""
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = HandWritten(**form.told())
        try:
            decline = record_by_hand(told, by=user_of(request), today=timezone.now().date())
        except Refusal as refusal:
            return render(request, "declines/record.html", {"form": form, "refusal": refusal}, status=409)
        messages.success(request, "Recorded.")
        return redirect("decline", decline.pk)
    return render(request, "declines/record.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def decide_about(request: HttpRequest, decline_id: int) -> HttpResponse:
    """A person's yes or no, with the reason."""
    decline = _decline(request, decline_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, decline, decision_form=form, status=400)
    try:
        decide(
            decline,
            yes=form.cleaned_data["answer"] == "yes",
            reason=form.cleaned_data["reason"],
            by=user_of(request),
            today=timezone.now().date(),
        )
    except Refusal as refusal:
        return _page(request, decline, refusal=refusal, status=409)
    return redirect("decline", decline.pk)


@require_POST
def hand_to(request: HttpRequest, decline_id: int) -> HttpResponse:
    """The card goes to the chosen colleague."""
    decline = _decline(request, decline_id)
    employee = get_object_or_404(Employee, external_id=request.POST.get("employee", ""))
    try:
        hand_over(decline, employee, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, decline, refusal=refusal, status=409)
    messages.success(request, f"{employee.name} has the card now.")
    return redirect("decline", decline.pk)


@require_POST
def take_back(request: HttpRequest, decline_id: int) -> HttpResponse:
    """The recruiter takes the card back."""
    decline = _decline(request, decline_id)
    try:
        take_card_back(decline, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, decline, refusal=refusal, status=409)
    messages.success(request, "The card is back with you.")
    return redirect("decline", decline.pk)


@require_POST
def keep_enjoyed(request: HttpRequest, decline_id: int) -> HttpResponse:
    """Whom they enjoyed meeting, as they answered the thank-you."""
    decline = _decline(request, decline_id)
    planned = plan_of(decline, user_of(request).workspace, timezone.now().date())
    form = EnjoyedForm(request.POST, met=met_by(planned))
    if not form.is_valid():
        return _page(request, decline, enjoyed_form=form, status=400)
    record_enjoyed(decline, form.employees(), by=user_of(request), now=timezone.now())
    messages.success(request, "Kept: it is the best evidence there is.")
    return redirect("decline", decline.pk)


@require_POST
def opt_out(request: HttpRequest, decline_id: int) -> HttpResponse:
    """They would rather not hear from us."""
    decline = _decline(request, decline_id)
    try:
        opt_out_candidate(decline.candidate, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, decline, refusal=refusal, status=409)
    messages.success(request, "Kept for ever: nobody here will write to them.")
    return redirect("decline", decline.pk)


def _decline(request: HttpRequest, decline_id: int) -> Decline:
    visible = declines_visible_to(user_of(request)).select_related("offer", "candidate", "job")
    return get_object_or_404(visible, pk=decline_id)


def _page(
    request: HttpRequest,
    decline: Decline,
    *,
    refusal: Refusal | None = None,
    decision_form: DecisionForm | None = None,
    enjoyed_form: EnjoyedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a decline, with what somebody just tried and could not do."""
    user = user_of(request)
    decline = declines_visible_to(user).select_related("offer", "candidate", "job").get(pk=decline.pk)
    planned = plan_of(decline, user.workspace, timezone.now().date())
    ask = ask_of(decline)
    met = met_by(planned)
    context = {
        "decline": decline,
        "planned": planned,
        "ask": ask,
        "names": ask.referrals.select_related("vip").order_by("came_on", "pk") if ask else (),
        "may_take_back": ask is not None and ask.state == AskState.WAITING,
        "category": CATEGORY_NAMES[Category(decline.category)],
        "may_hand_over": ask is None and decline.stage == Stage.TO_ASK,
        "decisions": decline.decisions.select_related("by").order_by("-pk"),
        "thanks": draft_thanks([one.name for one in met], decline.candidate.name, user.name),
        "decision_form": decision_form or DecisionForm(),
        "enjoyed_form": enjoyed_form or (EnjoyedForm(met=met) if met else None),
        "refusal": refusal,
    }
    return render(request, "declines/decline.html", context, status=status)
