"""What the candidate answered: pasted, forwarded or typed, looked at, and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.models import Ask, Reply
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.people import first_name
from ifnotyou.queries.asks import cards_of
from ifnotyou.queries.replies import cards_to_answer, likely_card, replies_of
from ifnotyou.services import referrals, replies
from ifnotyou.services.reading import Cleaned
from ifnotyou.web.access import user_of
from ifnotyou.web.reply_forms import (
    TAKEN_OUT,
    PasteForm,
    PeopleFormSet,
    PersonForm,
    WhichCardForm,
    people_form,
)

TOLD = "Thank you for passing it on, on their terms."
"""The same whatever becomes of a name: that somebody asked us to leave them alone is nobody's business."""

_KEY = re.compile(r"[0-9]{1,19}")

A_LIST = (
    "That is kind, and more than we want to hold: one to three people, those they thought of first. "
    "Tables and directories are not read. Type the names that matter instead."
)


@require_POST
def paste(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The answer was pasted or typed: show what was understood. Nothing is kept."""
    ask = _card(request, ask_id)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _paste_again(request, ask, form)
    understood = replies.read_reply(ask, form.cleaned_data["text"])
    if understood.is_list:
        form.add_error("text", A_LIST)
        return _paste_again(request, ask, form)
    return _confirm(request, ask, understood)


@require_POST
def keep_names(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Keep what the asker has confirmed, all of it or nothing."""
    ask = _card(request, ask_id)
    reply = _reply_named(request)
    form = PeopleFormSet(request.POST, prefix="person", form_kwargs=_about(ask))
    if not form.is_valid():
        return _confirm_page(request, ask, form, reply=reply, status=400)
    names = [kept for one in form.forms if (kept := one.kept()) is not None]
    try:
        replies.keep_names(ask, names, by=user_of(request), now=timezone.now(), reply=reply)
    except Refusal as refusal:
        return _confirm_page(request, ask, form, reply=reply, refusal=refusal, status=409)
    tell_kept(request, [code for one in form.forms if one.cleaned for code in one.cleaned.taken_out])
    return redirect("card", ask.pk)


@require_POST
def take_back(request: HttpRequest, ask_id: int) -> HttpResponse:
    """They would rather not have named anybody after all."""
    ask = _card(request, ask_id)
    try:
        taken = referrals.take_back(ask, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        if taken:
            messages.success(request, "Taken back: nothing of it is kept.")
    return redirect("card", ask.pk)


@require_GET
def show_replies(request: HttpRequest) -> HttpResponse:
    """The replies that I forwarded and have not looked at."""
    return render(request, "replies/replies.html", {"replies": replies_of(user_of(request))[:100]})


def show_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """One forwarded reply: whose answer is it? Then the same page as for a pasted one."""
    user = user_of(request)
    reply = get_object_or_404(replies_of(user), pk=reply_id)
    cards = cards_to_answer(user)
    likely = likely_card(reply.text, cards)
    form = WhichCardForm(request.POST or None, cards=cards, initial={"card": likely.pk if likely else None})
    if request.method == "POST" and form.is_valid():
        ask = _card(request, form.cleaned_data["card"])
        understood = replies.read_reply(ask, reply.text, forwarded=True)
        if not understood.is_list:
            return _confirm(request, ask, understood, reply=reply)
        form.add_error(None, A_LIST)
    context = {"reply": reply, "form": form, "cards": cards}
    return render(request, "replies/reply.html", context, status=400 if form.errors else 200)


@require_POST
def throw_away(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Nothing of it is to be kept."""
    replies.throw_away(get_object_or_404(replies_of(user_of(request)), pk=reply_id))
    messages.success(request, "Thrown away.")
    return redirect("replies")


def show_people(request: HttpRequest, ask: Ask, people: Sequence[Cleaned]) -> HttpResponse:
    """People who were named, to be looked at before they are kept."""
    return _confirm_page(request, ask, people_form(people, **_about(ask)))


def tell_kept(request: HttpRequest, taken_out: Iterable[str]) -> None:
    """Thank the asker, and tell what was taken out of their words."""
    messages.success(request, TOLD)
    for code in dict.fromkeys(taken_out):
        messages.info(request, TAKEN_OUT[code])


def _card(request: HttpRequest, ask_id: int) -> Ask:
    return get_object_or_404(cards_of(user_of(request)), pk=ask_id)


def _about(ask: Ask) -> dict[str, Any]:
    """What the forms of people have to know: where we are, and whether this candidate wanted to introduce somebody."""
    return {
        "region": ask.workspace.country,
        "expected": referrals.open_introduction(ask) is not None,
    }


def _reply_named(request: HttpRequest) -> Reply | None:
    """The forwarded reply from which the names come, None where they were pasted or it is gone already."""
    key = request.POST.get("reply", "")
    return replies_of(user_of(request)).filter(pk=int(key)).first() if _KEY.fullmatch(key) else None


def _paste_again(request: HttpRequest, ask: Ask, form: PasteForm) -> HttpResponse:
    context = {"ask": ask, "them": first_name(ask.candidate.name), "paste_form": form}
    return render(request, "cards/reply.html", context, status=400)


def _confirm(
    request: HttpRequest, ask: Ask, understood: replies.Understood, *, reply: Reply | None = None
) -> HttpResponse:
    form = people_form(understood.people, **_about(ask))
    return _confirm_page(request, ask, form, understood=understood, reply=reply)


def _confirm_page(
    request: HttpRequest,
    ask: Ask,
    form: BaseFormSet[PersonForm],
    *,
    understood: replies.Understood | None = None,
    reply: Reply | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "ask": ask,
        "them": first_name(ask.candidate.name),
        "people": form,
        "understood": understood,
        "taken_out": [TAKEN_OUT[code] for code in understood.taken_out] if understood else [],
        "reply": reply,
        "refusal": refusal,
    }
    return render(request, "cards/names.html", context, status=status)
