"""The board: who was named, how far it has come, whose turn it is; and one step at a time, by whatever hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from ifnotyou.models import User, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, VipStage
from ifnotyou.queries.board import COLUMN_PAGE, Board, Wanted, board
from ifnotyou.queries.names import may_act_for, vips_visible_to
from ifnotyou.services import hosting
from ifnotyou.web.access import user_of
from ifnotyou.web.board_cards import STAGES, cards_html, introductions_html, viewer_of
from ifnotyou.web.paging import asked_for, page_number

_STEPS: dict[tuple[VipStage, VipStage], Callable[..., object]] = {
    (VipStage.NAMED, VipStage.TAKEN): hosting.take,
    (VipStage.TAKEN, VipStage.NAMED): hosting.give_back,
    (VipStage.CONTACTED, VipStage.TALKING): hosting.say_answered,
    (VipStage.CONTACTED, VipStage.IN_PROCESS): hosting.say_applied,
    (VipStage.TALKING, VipStage.CONTACTED): hosting.say_silent,
    (VipStage.TALKING, VipStage.IN_PROCESS): hosting.say_applied,
    (VipStage.IN_PROCESS, VipStage.TALKING): hosting.say_back,
    (VipStage.IN_PROCESS, VipStage.HIRED): hosting.say_hired,
    (VipStage.HIRED, VipStage.IN_PROCESS): hosting.say_back,
    (VipStage.PARTED, VipStage.TALKING): hosting.say_answered,
}
"""From where to where a card goes by saying so."""

_LETTERS = {
    (VipStage.TAKEN, VipStage.CONTACTED): LetterKind.FIRST,
    (VipStage.CONTACTED, VipStage.PARTED): LetterKind.GOODBYE,
    (VipStage.TALKING, VipStage.PARTED): LetterKind.GOODBYE,
    (VipStage.IN_PROCESS, VipStage.PARTED): LetterKind.GOODBYE,
}
"""From where to where it goes only by a letter that somebody writes and sends."""

_NO_WAY = {
    VipStage.NAMED: "Nobody has taken it yet: somebody becomes the host first.",
    VipStage.TAKEN: "They have not heard from us yet: the first message comes first.",
    VipStage.CONTACTED: "It is their turn: say that they answered or applied, or write a goodbye.",
    VipStage.TALKING: "You are talking with them: what comes next is that they apply, or a goodbye.",
    VipStage.IN_PROCESS: "They are in process: what comes next is that they are hired, or a goodbye.",
    VipStage.HIRED: "They are one of us. If that was a slip, move them back in process.",
    VipStage.PARTED: "You parted as friends. If they wrote again, move them to talking.",
}
"""What somebody is told who moves a card from there to where no way leads."""


@require_GET
def show_board(request: HttpRequest) -> HttpResponse:
    """The board; to HTMX its columns, or nothing where they are what it shows already."""
    seen = request.GET.get("seen", "") if _by_htmx(request) else ""
    return _page(request, seen=seen)


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """One card to another column: by dragging, by key or by button it is all the same."""
    user = user_of(request)
    key, stage = _asked(request)
    vip = vips_visible_to(user).filter(pk=key).first()
    if vip is None:
        gone = "This one is no longer with you: somebody else has taken it, or the name was taken back or erased."
        return _page(request, refusal=Refusal("gone", gone), status=404)
    if not may_act_for(user, vip):
        raise PermissionDenied
    way = (VipStage(vip.stage), stage)
    if way in _LETTERS:
        return _go(request, reverse("name_write", args=[vip.pk, _LETTERS[way]]))
    try:
        _take_step(vip, way, user)
    except Refusal as refusal:
        return _page(request, refusal=refusal, status=409)
    messages.success(request, f"{vip.name}: {STAGES[stage].lower()}.")
    return _page(request) if _by_htmx(request) else redirect(f"{reverse('board')}?{_query(_wanted(request))}")


def _take_step(vip: Vip, way: tuple[VipStage, VipStage], user: User) -> None:
    step = _STEPS.get(way)
    if step is not None:
        step(vip, by=user, now=timezone.now())
        return
    was, wanted = way
    if was == wanted == VipStage.TAKEN and vip.host is not None:
        raise Refusal(
            "taken", f"{vip.host.name} has taken it already." if vip.host != user else "You have it already."
        )
    raise Refusal("no_way", "It stands there already." if was == wanted else _NO_WAY[was])


def _asked(request: HttpRequest) -> tuple[int, VipStage]:
    """Whom, and where to; 404 for what no button of ours sends."""
    found = re.fullmatch(r"([0-9]{1,19}) ([a-z_]{1,12})", request.POST.get("move", ""))
    if found is None or found[2] not in set(VipStage):
        raise Http404
    return int(found[1]), VipStage(found[2])


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for: the same when a form is sent as when the page was opened."""
    stage = request.GET.get("stage", "")
    return Wanted(
        words=asked_for(request, "q"),
        mine=request.GET.get("mine") == "1",
        stage=stage if stage in set(VipStage) else "",
        page=page_number(request),
    )


def _query(wanted: Wanted, **changes: str) -> str:
    asked = {
        "q": wanted.words,
        "mine": "1" if wanted.mine else "",
        "stage": wanted.stage,
        "page": str(wanted.page) if wanted.page > 1 else "",
    } | changes
    return urlencode({key: value for key, value in asked.items() if value})


def _page(
    request: HttpRequest, *, refusal: Refusal | None = None, seen: str = "", status: int = 200
) -> HttpResponse:
    """The board as it stands now, with what somebody just tried and could not do."""
    user, wanted, now = user_of(request), _wanted(request), timezone.now()
    found = board(user, wanted, now, unless=seen)
    if found is None:
        return HttpResponse(status=204)
    viewer = viewer_of(user, now)
    context = {
        "board": found,
        "columns": [_column(one, found, viewer, wanted) for one in found.columns],
        "stages": STAGES.items(),
        "wanted": wanted,
        "query": _query(wanted),
        "narrowed": bool(wanted.words or wanted.mine),
        "acts": not viewer.reads_only,
        "refusal": refusal,
        "whole": f"{reverse('board')}?{_query(wanted, stage='', page='')}",
    }
    if _by_htmx(request):  # which shows nothing that came with another status
        return render(request, "board/board.html#changed", context)
    return render(request, "board/board.html", context, status=status)


def _column(column: Any, found: Board, viewer: Any, wanted: Wanted) -> dict[str, Any]:
    """A column as the template shows it, with the address of all of it, or of its pages before and after."""
    stage, pages = column.stage, bool(wanted.stage)
    first = stage == VipStage.NAMED
    return {
        "stage": stage.value,
        "word": STAGES[stage],
        "count": column.count,
        "late": column.late,
        "cards": cards_html(column.cards, viewer),
        "introductions": introductions_html(found.introductions, viewer)
        if first and wanted.page == 1
        else "",
        "all": _query(wanted, stage=stage.value) if not pages and column.count > len(column.cards) else "",
        "before": _query(wanted, page=str(wanted.page - 1)) if pages and wanted.page > 1 else "",
        "after": _query(wanted, page=str(wanted.page + 1))
        if pages and column.count > wanted.page * COLUMN_PAGE
        else "",
    }


def _go(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if _by_htmx(request) else redirect(address)


def _by_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
