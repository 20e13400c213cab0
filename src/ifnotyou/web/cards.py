"""The asker's card: why you, what to say, and the three ways to go on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.connectors.mail.message import as_eml, as_mail, mailto
from ifnotyou.models import Ask
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import doorway, draft_ask
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.tone import is_checked_language
from ifnotyou.queries.asks import cards_of, open_cards_of, own_interviews
from ifnotyou.queries.names import promised_by
from ifnotyou.queries.replies import replies_of
from ifnotyou.services import asks, audit, pages, reading, referrals, replies, sending
from ifnotyou.services.mailboxes import standing_of
from ifnotyou.services.thanks import thanks_due
from ifnotyou.services.weighing import questions_for
from ifnotyou.web.access import user_of
from ifnotyou.web.card_forms import AnswerForm, NoteForm
from ifnotyou.web.replies import show_people, tell_kept
from ifnotyou.web.reply_forms import PasteForm


@require_GET
def show_cards(request: HttpRequest) -> HttpResponse:
    """My cards: those that wait, and those that are done."""
    user = user_of(request)
    mine = list(open_cards_of(user)[:50])
    done = list(cards_of(user).exclude(pk__in=[ask.pk for ask in mine]).order_by("-ended_at")[:20])
    context = {
        "cards": mine,
        "done": done,
        "replies": replies_of(user).count(),
        "questions": questions_for(cards_of(user)),
        "to_thank": thanks_due(cards_of(user)),
        "promised": promised_by(user),
    }
    return render(request, "cards/cards.html", context)


@require_GET
def show_card(request: HttpRequest, ask_id: int) -> HttpResponse:
    """One card, as far as it has come."""
    ask = _card(request, ask_id)
    audit.write_seen(user_of(request), ask)
    return _page(request, ask)


def write(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The note: the draft with its gap, made the asker's own."""
    ask = _card(request, ask_id)
    if ask.state != AskState.WAITING:
        return redirect("card", ask.pk)
    form = NoteForm(request.POST or None, initial=_draft(ask), links=pages.links_of(ask))
    if request.method == "POST" and form.is_valid():
        return _saved(request, ask, form)
    context = {"ask": ask, "them": first_name(ask.candidate.name), "form": form, **_tone(ask, form)}
    return render(request, "cards/write.html", context, status=400 if form.errors else 200)


@require_POST
def check_words(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The tone check as one types; nothing is kept."""
    ask = _card(request, ask_id)
    form = NoteForm(request.POST, links=pages.links_of(ask))
    return render(request, "cards/write.html#tone", {"ask": ask, **_tone(ask, form)})


@require_GET
def preview(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The note exactly as it will arrive."""
    ask = _card(request, ask_id)
    if ask.state != AskState.WAITING or not ask.body:
        return redirect("card", ask.pk)
    return _preview(request, ask)


@require_POST
def send(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The note leaves, by the asker's own mailbox."""
    ask = _card(request, ask_id)
    try:
        ask = sending.send(ask, _words(ask), by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return _refused(request, ask, refusal)
    if ask.state == AskState.ASKED:
        messages.success(
            request, "Your note has left. That was the one ask: now it is theirs to answer, or not."
        )
    return redirect("card", ask.pk)


@require_POST
def take_along(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The asker takes the note to their own mail program."""
    ask = _card(request, ask_id)
    return _do(
        request, ask, lambda: asks.take_along(ask, _words(ask), by=user_of(request), now=timezone.now())
    )


@require_POST
def put_among_drafts(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The note becomes a draft in the asker's own mailbox, from where they send it."""
    ask = _card(request, ask_id)
    return _do(
        request,
        ask,
        lambda: sending.put_among_drafts(ask, _words(ask), by=user_of(request), now=timezone.now()),
    )


@require_GET
def note_file(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The note as a file that a mail program opens as a draft; only once it is claimed."""
    ask = get_object_or_404(cards_of(user_of(request)), pk=ask_id, state=AskState.TAKEN)
    note = sending.note_of(ask, asks.whole_note(ask, _words(ask)), _address(request), timezone.now())
    response = HttpResponse(as_eml(note), content_type="message/rfc822")
    response["Content-Disposition"] = 'attachment; filename="note.eml"'
    return response


@require_POST
def start_talking(request: HttpRequest, ask_id: int) -> HttpResponse:
    """I'll ask in conversation."""
    ask = _card(request, ask_id)
    return _do(request, ask, lambda: asks.start_talking(ask, by=user_of(request), now=timezone.now()))


@require_POST
def pass_on(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Somebody else, please."""
    ask = _card(request, ask_id)
    try:
        asks.pass_on(ask, by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return _refused(request, ask, refusal)
    messages.success(request, "Passed on. Thank you for looking at it.")
    return redirect("cards")


@require_POST
def say(request: HttpRequest, ask_id: int, what: str) -> HttpResponse:
    """What became of it: I asked, I did not, they would rather not be contacted."""
    ask = _card(request, ask_id)
    services: dict[str, Callable[..., None]] = {
        "asked": asks.say_asked,
        "not-asked": asks.say_not_asked,
        "opted-out": asks.say_opted_out,
    }
    return _do(request, ask, lambda: services[what](ask, by=user_of(request), now=timezone.now()))


@require_POST
def answer(request: HttpRequest, ask_id: int) -> HttpResponse:
    """A name came back, or they had nobody in mind."""
    ask = _card(request, ask_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, ask, answer_form=form, status=400)
    user, now = user_of(request), timezone.now()
    people, terms = form.people(ask.workspace.country), form.cleaned_data["terms"]
    if not people and terms is not Terms.INTRODUCE:
        return _do(request, ask, lambda: asks.say_nobody(ask, by=user, now=now))
    if any(one.remarks or not one.given.name for one in people):
        # To be looked at first, with what was found in it.
        return show_people(request, ask, people)
    names = [(one.given, terms) for one in people] or [(Given(""), terms)]
    try:
        replies.keep_names(ask, names, by=user, now=now)
    except Refusal as refusal:
        return _refused(request, ask, refusal)
    tell_kept(request, reading.what_goes(form.cleaned_data["name"], region=ask.workspace.country))
    return redirect("card", ask.pk)


def _card(request: HttpRequest, ask_id: int) -> Ask:
    return get_object_or_404(cards_of(user_of(request)), pk=ask_id)


def _do(request: HttpRequest, ask: Ask, service: Callable[[], object]) -> HttpResponse:
    """Call the service and show the card, or why not."""
    try:
        service()
    except Refusal as refusal:
        return _refused(request, ask, refusal)
    return redirect("card", ask.pk)


def _refused(request: HttpRequest, ask: Ask, refusal: Refusal) -> HttpResponse:
    return _page(request, _card(request, ask.pk), refusal=refusal, status=409)


def _page(
    request: HttpRequest,
    ask: Ask,
    *,
    refusal: Refusal | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The card in the state it is in, with what somebody just tried and could not do."""
    user = user_of(request)
    # Most cards are looked at while they wait, and nothing can have been heard by then.
    heard = [] if ask.state == AskState.WAITING else referrals.names_of(ask)
    context = {
        "ask": ask,
        "them": first_name(ask.candidate.name),
        "reason_unknown": ask.decline.category == "unknown",
        "talks": own_interviews(ask),
        "doorway": doorway(ask.decline.job.title),
        "draft": draft_ask(Channel.CONVERSATION, ask.asker.name, ask.candidate.name, ask.decline.job.title),
        "refusal": refusal,
        "answer_form": answer_form or AnswerForm(),
        "mailto": _mailto(request, ask),
        "mailbox": standing_of(user) if ask.state in {AskState.WAITING, AskState.TAKEN} else None,
        "heard": heard,
        "may_take_back": all(one.vip is None or one.vip.contacted_at is None for one in heard),
        "room_for_names": len(heard) < reading.MOST_NAMES,
        "paste_form": PasteForm(),
        "questions": questions_for([ask]) if heard else [],
        "to_thank": thanks_due([ask]) if heard else [],
        "whole": asks.whole_note(ask, _words(ask)) if ask.state == AskState.TAKEN else None,
        "in_sent": sending.is_in_sent_folder(ask, by=user) if ask.state == AskState.UNCERTAIN else None,
    }
    return render(request, "cards/card.html", context, status=status)


def _mailto(request: HttpRequest, ask: Ask) -> str:
    """What the mail program opens; only once the ask is claimed."""
    if ask.state != AskState.TAKEN:
        return ""
    return mailto(sending.note_of(ask, asks.whole_note(ask, _words(ask)), _address(request), timezone.now()))


def _draft(ask: Ask) -> dict[str, object]:
    """What stands in the form at first: what was saved, else the draft."""
    draft = draft_ask(Channel.EMAIL, ask.asker.name, ask.candidate.name, ask.decline.job.title)
    return {"subject": ask.subject or draft.subject, "body": ask.body or draft.body, "quiet": ask.quiet}


def _words(ask: Ask) -> asks.Words:
    """What the asker has written."""
    return asks.Words(ask.subject, ask.body)


def _tone(ask: Ask, form: NoteForm) -> dict[str, object]:
    """What could be kinder in the words of the form, as they stand."""
    body = str(form["body"].value() or "")
    return {
        "findings": asks.findings(ask, asks.Words("", body)),
        "checked": is_checked_language(body),
        "letters": len(body),
    }


def _saved(request: HttpRequest, ask: Ask, form: NoteForm) -> HttpResponse:
    try:
        asks.save_draft(
            ask,
            asks.Words(form.cleaned_data["subject"], form.cleaned_data["body"]),
            form.cleaned_data["quiet"],
        )
    except Refusal as refusal:
        return _refused(request, ask, refusal)
    return redirect("card_preview", ask.pk)


def _preview(request: HttpRequest, ask: Ask) -> HttpResponse:
    """The note as it will arrive, and what in the asker's own words could be kinder; the quiet lines are ours."""
    user = user_of(request)
    words = _words(ask)
    whole = asks.whole_note(ask, words)
    mailbox = standing_of(user)
    note, refusal = None, None
    try:
        note = sending.note_of(ask, whole, mailbox.address, timezone.now())
        asks.refuse_unkind(ask, words)
    except Refusal as held_back:
        refusal = held_back
    context = {
        "ask": ask,
        "them": first_name(ask.candidate.name),
        "mail": as_mail(note) if note else None,
        "body": whole.body,
        "findings": asks.findings(ask, words),
        "refusal": refusal,
        "mailbox": mailbox,
    }
    return render(request, "cards/preview.html", context)


def _address(request: HttpRequest) -> str:
    """The asker's own address: of the connected mailbox, else the one they sign in with."""
    return standing_of(user_of(request)).address
