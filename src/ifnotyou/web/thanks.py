"""A word of thanks to whoever gave a name. The program writes the draft and never sends it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ifnotyou.connectors.mail.message import mailto
from ifnotyou.models import Ask
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import Draft
from ifnotyou.playbook.people import first_name
from ifnotyou.queries.asks import cards_of
from ifnotyou.services import asks, referrals, sending
from ifnotyou.services.thanks import draft_of_thanks, say_thanked, was_thanked
from ifnotyou.web.access import user_of


@require_http_methods(["GET", "HEAD", "POST"])
def thanks(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The draft, to copy or to take to one's own mail program; and that it was said."""
    user = user_of(request)
    ask = get_object_or_404(cards_of(user), pk=ask_id)
    names = referrals.names_of(ask)
    if not names or ask.state == AskState.OPTED_OUT:
        return redirect("card", ask.pk)
    if request.method == "POST":
        say_thanked(ask, by=user, now=timezone.now())
        messages.success(request, "That closes it. Nothing more is needed.")
        return redirect("card", ask.pk)
    draft = draft_of_thanks(ask, names)
    context = {
        "ask": ask,
        "them": first_name(ask.candidate.name),
        "draft": draft,
        "mailto": _mailto(ask, draft, user.email),
        "thanked": was_thanked(names),
    }
    return render(request, "cards/thanks.html", context)


def _mailto(ask: Ask, draft: Draft, sender: str) -> str:
    """What the asker's own mail program opens; "" where we know no address."""
    try:
        return mailto(sending.note_of(ask, asks.Words(draft.subject, draft.body), sender, timezone.now()))
    except Refusal:
        return ""
