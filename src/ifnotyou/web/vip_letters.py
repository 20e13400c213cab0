"""The letters of a host to somebody named: write, look at it as it will arrive, and let it leave once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ifnotyou.connectors.mail.message import Note, as_eml, as_mail, mailto
from ifnotyou.models import Letter, User, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, LetterState, VipStage
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.tone import is_checked_language
from ifnotyou.playbook.vip_letters import LANGUAGES
from ifnotyou.queries.names import given_of, names_visible_to, notices_about
from ifnotyou.services import notice, scheduling, sending, vip_letters
from ifnotyou.services.mailboxes import standing_of
from ifnotyou.services.vip_letters import Words
from ifnotyou.web.access import user_of
from ifnotyou.web.names import vip_to_act_for
from ifnotyou.web.vip_letter_forms import LanguageForm, LetterForm

LONGEST_MAILTO = 1900
"""Longer links are cut short by mail programs; then the text is pasted, or comes as a file."""


def write(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The letter as far as it has come: its draft to write, or what became of it."""
    vip, which, user = vip_to_act_for(request, int(vip_id)), LetterKind(kind), user_of(request)
    letter = vip_letters.letter_of(vip, which)
    if letter is not None and letter.state not in {LetterState.DRAFT, LetterState.SENT}:
        return _underway(request, vip, letter)
    try:
        vip_letters.refuse_to_write(vip, which, by=user, now=timezone.now())
    except Refusal as refusal:
        return _closed(request, vip, which, letter, refusal)
    draft = letter if letter is not None and letter.state == LetterState.DRAFT else None
    form = LetterForm(request.POST or None, initial=_begun(request, vip, which, draft, user))
    if request.method == "POST" and form.is_valid():
        return _saved(request, vip, which, form)
    return _form_page(request, vip, which, form, trouble=draft.trouble if draft else "")


@require_POST
def check_words(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The tone check as one types; nothing is kept."""
    vip = vip_to_act_for(request, int(vip_id))
    context = _tone(vip, LetterKind(kind), LetterForm(request.POST).words_so_far())
    return render(request, "vip_letters/write.html#tone", context)


@require_GET
def preview(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The letter exactly as it will arrive."""
    vip, which, user = vip_to_act_for(request, int(vip_id)), LetterKind(kind), user_of(request)
    letter = vip_letters.letter_of(vip, which)
    if letter is None or letter.state != LetterState.DRAFT or letter.by_id != user.pk or not letter.body:
        return redirect("name_write", vip.pk, kind)
    return _preview(request, vip, letter)


@require_POST
def send(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The letter leaves, by the host's own mailbox."""
    vip, which, user = vip_to_act_for(request, int(vip_id)), LetterKind(kind), user_of(request)
    try:
        letter = vip_letters.send(vip, which, by=user, now=timezone.now())
    except Refusal as refusal:
        return _refused(request, vip, which, refusal)
    return _went(request, vip, letter)


@require_POST
def take_along(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The host takes the letter to their own mail program, or to the profile of the person."""
    vip, which, user = vip_to_act_for(request, int(vip_id)), LetterKind(kind), user_of(request)
    return _do(request, vip, which, lambda: vip_letters.take_along(vip, which, by=user, now=timezone.now()))


@require_POST
def put_among_drafts(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The letter becomes a draft in the host's own mailbox, from where they send it."""
    vip, which, user = vip_to_act_for(request, int(vip_id)), LetterKind(kind), user_of(request)
    return _do(
        request,
        vip,
        which,
        lambda: vip_letters.put_among_drafts(vip, which, by=user, now=timezone.now()),
    )


@require_GET
def letter_file(request: HttpRequest, vip_id: str, kind: str) -> HttpResponse:
    """The letter as a file that a mail program opens as a draft; only once it is claimed, and for its writer."""
    vip, user = vip_to_act_for(request, int(vip_id)), user_of(request)
    letter = get_object_or_404(Letter, vip=vip, kind=kind, state=LetterState.TAKEN, by=user)
    try:
        note = _note(vip, letter, user)
    except Refusal as refusal:
        return _underway(request, vip, letter, refusal=refusal, status=409)
    response = HttpResponse(as_eml(note), content_type="message/rfc822")
    response["Content-Disposition"] = 'attachment; filename="letter.eml"'
    return response


@require_POST
def say(request: HttpRequest, vip_id: str, kind: str, said: str) -> HttpResponse:
    """What became of it: it was sent, or it was not."""
    vip, which, user = vip_to_act_for(request, int(vip_id)), LetterKind(kind), user_of(request)
    letter = vip_letters.letter_of(vip, which)
    if letter is None:
        return redirect("name_write", vip.pk, kind)
    linked = kind == LetterKind.FIRST and "linked" in request.POST
    if said == "sent":
        return _do(
            request,
            vip,
            which,
            lambda: vip_letters.say_sent(letter, by=user, now=timezone.now(), linked=linked),
        )
    return _do(request, vip, which, lambda: vip_letters.say_not_sent(letter, by=user))


def _begun(
    request: HttpRequest, vip: Vip, kind: LetterKind, draft: Letter | None, user: User
) -> dict[str, str]:
    """What stands in the form at first: what this host has saved, else a draft in the language that was chosen."""
    chosen = request.GET.get("language", "")
    mine = draft is not None and draft.by_id == user.pk and bool(draft.body)
    if draft is not None and mine and chosen not in LANGUAGES:
        return {"subject": draft.subject, "body": draft.body, "language": draft.language}
    language = chosen if chosen in LANGUAGES else vip_letters.first_language(vip)
    offer = scheduling.offer(user, timezone.now(), language)
    fresh = vip_letters.draft_of(vip, kind, language, host=user, offer=offer)
    return {"subject": fresh.subject, "body": fresh.body, "language": language}


def _form_page(
    request: HttpRequest, vip: Vip, kind: LetterKind, form: LetterForm, *, trouble: str
) -> HttpResponse:
    user, words = user_of(request), form.words_so_far()
    told = vip_letters.told_of(vip, words.language)
    context = {
        "form": form,
        "language_form": LanguageForm(initial={"language": words.language}, auto_id="begin_%s"),
        "language": LANGUAGES[words.language],
        "told": told,
        "given": given_of(names_visible_to(user).filter(vip=vip).select_related("job", "ask__candidate")),
        "notices": notices_about([vip], user, timezone.now().date()).get(vip.pk, ()),
        "missing": notice.missing(vip, user, words.language) if kind is LetterKind.FIRST else (),
        "trouble": trouble,
        **_tone(vip, kind, words),
        **_about(vip, kind),
    }
    return render(request, "vip_letters/write.html", context, status=400 if form.errors else 200)


def _tone(vip: Vip, kind: LetterKind, words: Words) -> dict[str, object]:
    """What could be kinder in the words of the form, as they stand."""
    return {
        "remarks": vip_letters.remarks_on(vip, kind, words),
        "checked": is_checked_language(words.body),
    }


def _about(vip: Vip, kind: LetterKind) -> dict[str, object]:
    return {
        "vip": vip,
        "kind": kind.value,
        "them": first_name(vip.name),
        "title": f"A first message to {first_name(vip.name)}"
        if kind is LetterKind.FIRST
        else f"A goodbye to {first_name(vip.name)}",
    }


def _saved(request: HttpRequest, vip: Vip, kind: LetterKind, form: LetterForm) -> HttpResponse:
    try:
        vip_letters.save_draft(vip, kind, form.words(), by=user_of(request), now=timezone.now())
    except Refusal as refusal:
        return _refused(request, vip, kind, refusal)
    return redirect("name_preview", vip.pk, kind.value)


def _preview(
    request: HttpRequest, vip: Vip, letter: Letter, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The letter as it will arrive, and what in the host's own words could be kinder; what is below them is ours."""
    user, kind = user_of(request), LetterKind(letter.kind)
    words = _words(letter)
    whole, mail, held_back, no_mail = "", None, refusal, None
    try:
        vip_letters.refuse_to_write(vip, kind, by=user, now=timezone.now())
        vip_letters.refuse_unfit(vip, kind, words)
        whole = vip_letters.whole_letter(vip, kind, words, host=user)
    except Refusal as error:
        held_back = held_back or error
    try:
        mail = as_mail(_note(vip, letter, user)) if whole else None
    except Refusal as error:
        no_mail = error
    context = {
        "letter": letter,
        "body": whole or letter.body,
        "mail": mail,
        "no_mail": no_mail,
        "remarks": vip_letters.remarks_on(vip, kind, words),
        "refusal": held_back,
        "may_leave": bool(whole) and held_back is None,
        "mailbox": standing_of(user),
        **_about(vip, kind),
    }
    return render(request, "vip_letters/preview.html", context, status=status)


def _underway(
    request: HttpRequest, vip: Vip, letter: Letter, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """Taken along, leaving, or uncertain: what is to be done now."""
    user, kind = user_of(request), LetterKind(letter.kind)
    mine = letter.by_id == user.pk
    whole, note = "", None
    if letter.state == LetterState.TAKEN and mine:
        try:
            whole = vip_letters.whole_letter(vip, kind, _words(letter), host=user)
            note = _note(vip, letter, user) if vip_letters.address_of(vip) else None
        except Refusal as error:
            refusal = refusal or error
    uncertain = letter.state == LetterState.UNCERTAIN
    context = {
        "letter": letter,
        "mine": mine,
        "whole": whole,
        "address": vip_letters.address_of(vip),
        "mailto": _mailto(note) if note else "",
        "whole_in_mailto": note is not None and len(mailto(note)) <= LONGEST_MAILTO,
        "drafts": standing_of(user).drafts if letter.state == LetterState.TAKEN and letter.message_id else "",
        "in_sent": sending.find_sent(letter.message_id, by=user) if uncertain and mine else None,
        "refusal": refusal,
        **_about(vip, kind),
    }
    return render(request, "vip_letters/underway.html", context, status=status)


def _closed(
    request: HttpRequest, vip: Vip, kind: LetterKind, letter: Letter | None, refusal: Refusal
) -> HttpResponse:
    """Nothing to write here now: why not, and what was written."""
    user = user_of(request)
    context = {
        "letter": letter if letter is not None and letter.state == LetterState.SENT else None,
        "refusal": refusal,
        "may_take": refusal.code == "no_host" and vip.stage == VipStage.NAMED and user.is_active,
        **_about(vip, kind),
    }
    status = 200 if context["letter"] or context["may_take"] else 409
    return render(request, "vip_letters/closed.html", context, status=status)


def _do(request: HttpRequest, vip: Vip, kind: LetterKind, service: Callable[[], Letter]) -> HttpResponse:
    """Call the service and show what became of the letter, or why not."""
    try:
        letter = service()
    except Refusal as refusal:
        return _refused(request, vip, kind, refusal)
    return _went(request, vip, letter)


def _went(request: HttpRequest, vip: Vip, letter: Letter) -> HttpResponse:
    if letter.state != LetterState.SENT:
        return redirect("name_write", vip.pk, letter.kind)
    first = letter.kind == LetterKind.FIRST
    messages.success(
        request,
        "Your letter has left. Now it is theirs to answer, or not: nobody reminds them."
        if first
        else "Your goodbye has left. You have parted as friends.",
    )
    return redirect("name", vip.pk)


def _refused(request: HttpRequest, vip: Vip, kind: LetterKind, refusal: Refusal) -> HttpResponse:
    """The letter as it stands now, with what somebody just tried and could not do."""
    user = user_of(request)
    vip = vip_to_act_for(request, vip.pk)
    letter = vip_letters.letter_of(vip, kind)
    if letter is None or letter.state == LetterState.SENT:
        return _closed(request, vip, kind, letter, refusal)
    if letter.state == LetterState.DRAFT and letter.by_id == user.pk:
        return _preview(request, vip, letter, refusal=refusal, status=409)
    if letter.state == LetterState.DRAFT:
        return _closed(request, vip, kind, None, refusal)
    return _underway(request, vip, letter, refusal=refusal, status=409)


def _mailto(note: Note) -> str:
    """What the mail program opens: the whole letter where a link can hold it, else one to paste it into."""
    whole = mailto(note)
    return whole if len(whole) <= LONGEST_MAILTO else whole.partition("&body=")[0]


def _note(vip: Vip, letter: Letter, user: User) -> Note:
    return vip_letters.note_of(
        vip,
        LetterKind(letter.kind),
        _words(letter),
        host=user,
        sender_address=_address(user),
        now=timezone.now(),
    )


def _words(letter: Letter) -> Words:
    return Words(letter.subject, letter.body, letter.language)


def _address(user: User) -> str:
    """The host's own address: of the connected mailbox, else the one they sign in with."""
    return standing_of(user).address
