"""What the candidates' answers propose for the weights, and whoever decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.models import Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.learning import LEAST_ANSWERS, Factor, Proposal, Standing
from ifnotyou.playbook.policy import WEIGHTS
from ifnotyou.queries.learning import choices_in, proposal_from
from ifnotyou.queries.policy import adopted_weights, policy_of, weights_by_hand
from ifnotyou.services import learning as service
from ifnotyou.web.access import user_of

LABELS = {
    "candidate_named": "The candidate named them",
    "record": "Earlier candidates enjoyed meeting them",
    "click": "They felt that the two clicked",
    "scorecard_alone": "Their vote, where nothing else is known of the two",
    "scorecard": "Their vote, beside what they say of clicking",
    "conversation": "Time in conversation",
    "mail": "They wrote to each other",
    "wrote_first": "The candidate wrote to them unasked",
    "reply_speed": "The candidate answers them sooner than others",
    "same_function": "The same kind of work",
    "recent_asks": "Asks that they carry already",
}
"""The factors, as people would say them; "they" are the colleague."""

STAYS = {
    Standing.TOO_LITTLE: "Stays: the answers say too little about it.",
    Standing.BY_HAND: "Stays: you set it by hand in the playbook.",
    "candidate_named": "Stays: an answer cannot foretell itself.",
    "recent_asks": "Stays: it keeps the asks fair, and no candidate sees it.",
}

SOURCES = {"default": "default", "adopted": "adopted", "by_hand": "set by hand"}

LENGTH = 100
"""The length of the line on which an interval is drawn, …"""
EDGE = 4
"""… and the space for a mark at its ends."""


@dataclass(frozen=True)
class Line:
    """An interval as it is drawn: where it begins, how long it is, and where the two weights stand."""

    start: float
    length: float
    now: float
    proposed: float


@dataclass(frozen=True)
class Row:
    """One factor of the page."""

    label: str
    weight: float
    source: str
    factor: Factor | None
    stays: str
    line: Line | None


@require_GET
def show_learning(request: HttpRequest) -> HttpResponse:
    """The weights in force, where they come from, and what the answers propose."""
    return _page(request)


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Have the proposal that was shown count from now on."""
    user = user_of(request)
    try:
        service.adopt(user.workspace, request.POST.get("shown", ""), by=user, now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    messages.success(request, "Adopted. Every decline is judged anew with these weights.")
    return redirect("learning")


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Go back to the default weights."""
    user = user_of(request)
    service.reset(user.workspace, by=user)
    messages.success(request, "Back to the default weights. Every decline is judged anew.")
    return redirect("learning")


@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    """Propose nothing any more, or again."""
    user, frozen = user_of(request), request.POST.get("frozen") == "yes"
    service.freeze(user.workspace, frozen=frozen, by=user)
    messages.success(
        request, "Frozen: nothing will be proposed." if frozen else "Learning again from the answers."
    )
    return redirect("learning")


def _page(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    workspace = Workspace.objects.get(pk=user_of(request).workspace_id)
    choices = choices_in(workspace)
    proposal = proposal_from(choices, workspace)
    adopted_at = workspace.learned.get("adopted_at")
    context = {
        "refusal": refusal,
        "frozen": workspace.learning_frozen,
        "answers": len(choices),
        "least": LEAST_ANSWERS,
        "missing": max(0, LEAST_ANSWERS - len(choices)),
        "rows": _rows(workspace, proposal),
        "proposal": proposal,
        "shown": service.fingerprint(proposal) if proposal else "",
        "moving": sum(one.moves for one in proposal.factors) if proposal else 0,
        "right_now": round(proposal.right_now) if proposal else 0,
        "right_then": round(proposal.right_then) if proposal else 0,
        "adopted_at": datetime.fromisoformat(adopted_at) if adopted_at else None,
        "adopted_answers": workspace.learned.get("answers", 0),
    }
    return render(request, "learning/learning.html", context, status=409 if refusal else 200)


def _rows(workspace: Workspace, proposal: Proposal | None) -> list[Row]:
    """Every factor in the order of the playbook, with its proposal where there is one."""
    weights = policy_of(workspace).askers.weights
    factors: Mapping[str, Factor] = {one.code: one for one in proposal.factors} if proposal else {}
    adopted, by_hand = adopted_weights(workspace), weights_by_hand(workspace)
    rows = []
    for code in WEIGHTS:
        source = "by_hand" if code in by_hand else "adopted" if code in adopted else "default"
        factor = factors.get(code)
        learned = factor is not None and factor.standing is Standing.LEARNED
        rows.append(
            Row(
                LABELS[code],
                weights[code],
                SOURCES[source],
                factor,
                "" if factor is None or learned else _why_not(factor),
                _line(factor) if factor and learned else None,
            )
        )
    return rows


def _why_not(factor: Factor) -> str:
    """Why the answers propose nothing for a factor."""
    if factor.moves:
        return f"Back to {factor.proposed:.2f}: the answers say too little about it now."
    return STAYS.get(factor.code) or STAYS[factor.standing]


def _line(factor: Factor) -> Line:
    """The interval and both weights on a line from nothing to the highest of them."""
    scale = LENGTH / (max(factor.high, factor.in_force) or 1.0)
    return Line(
        round(EDGE + scale * factor.low, 1),
        round(scale * (factor.high - factor.low), 1),
        round(EDGE + scale * factor.in_force, 1),
        round(EDGE + scale * factor.proposed, 1),
    )
