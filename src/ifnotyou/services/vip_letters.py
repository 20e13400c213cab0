"""The letters of a host to somebody named: a first message, at most once, and a goodbye (playbook rule 7).

The same machine as for an ask (services/sending.py): the letter is claimed and that is committed, the mail server is
talked to without a transaction, the outcome is written down. What may have left is never sent again by itself. Where
the host's own mail program sends it, they say so.

The host's words are kept as they are; the links and the privacy notice are put below them when they leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from ifnotyou.connectors.base import NotSent, Uncertain
from ifnotyou.connectors.mail.message import BadNote, Note, new_message_id
from ifnotyou.models import AuditEvent, Employee, Letter, Referral, User, Vip, Workspace
from ifnotyou.playbook.disclosure import VEILED, Terms, source_sentence
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import MAY_HAVE_LEFT, LetterKind, LetterState, Step, VipStage, may_move
from ifnotyou.playbook.letters import Draft
from ifnotyou.playbook.people import is_work_address, plain_company
from ifnotyou.playbook.vip_letters import (
    LANGUAGES,
    MAY_PART,
    Occasion,
    draft_letter,
    has_gap,
    language_for,
    links_below,
    may_become,
    tells_most,
)
from ifnotyou.playbook.vip_tone import Remark, Told, check_letter
from ifnotyou.queries.humans import same_as
from ifnotyou.queries.names import has_opted_out
from ifnotyou.queries.off_limits import off_limits_now
from ifnotyou.queries.people import recruiting
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, hosting, notice, sending, vips

RULE = "\u2014 \u2014 \u2014"
"""Between the host's words and what is put below them. Not a signature's mark, which mail programs fold away."""

LEFT_BEHIND = "The program stopped while the letter was leaving."

_CLAIMS = ("took_the_letter", "sending", "drafting")
"""What the book says where a letter is claimed."""

_ON_ITS_WAY = (LetterState.TAKEN, LetterState.SENDING)


@dataclass(frozen=True)
class Words:
    """What the host is going to send, in one of LANGUAGES."""

    subject: str
    body: str
    language: str


# --- reading


def letter_of(vip: Vip, kind: LetterKind) -> Letter | None:
    """The letter of this kind that waits, is on its way, or was sent last; None where nobody has begun one."""
    letters = Letter.objects.filter(vip=vip, kind=kind).select_related("by")
    return (
        letters.exclude(state=LetterState.SENT).first()
        or letters.filter(state=LetterState.SENT).order_by("-sent_at").first()
    )


def first_language(vip: Vip) -> str:
    """In which of our languages a letter to them begins."""
    return language_for(vip.language, vip.country)


def told_of(vip: Vip, language: str) -> Told | None:
    """What they are told of the source: the one sentence of the word that may tell most.

    None where nobody's word for them is left: somebody wrote to us by themselves.
    """
    words = list(
        Referral.objects.filter(vip=vip, announced_on__isnull=False)
        .select_related("job", "ask__candidate")
        .order_by("pk")
    )
    named = [(Terms(one.terms), _referrer(one)) for one in words]
    place = tells_most(named)
    if place is None:
        return None
    terms, referrer = named[place]
    return Told(source_sentence(terms, referrer, str(words[place].job), language), terms, referrer)


def draft_of(vip: Vip, kind: LetterKind, language: str, *, host: User, offer: str = "") -> Draft:
    """What the host could write; `offer` is a line with times or a booking link, "" for none."""
    told = told_of(vip, language)
    job = vip.job
    leader = (
        Employee.objects.filter(external_id=job.hiring_manager_external_id, active=True).first()
        if job is not None and job.hiring_manager_external_id
        else None
    )
    occasion = Occasion(
        me=host.name,
        title=host.employee.title if host.employee else "",
        company=host.workspace.name,
        them=vip.name,
        role=job.title if job else "",
        department=job.department if job else "",
        led_by=leader.name if leader and leader.pk != host.employee_id else "",
        source=told.sentence if told else "",
        offer=offer,
        talked=vip.answered_on is not None,
        keep=vip.keep_consent_until is not None,
    )
    return draft_letter(kind, language, occasion)


def remarks_on(vip: Vip, kind: LetterKind, words: Words) -> Sequence[Remark]:
    """What could be kinder in a letter to them."""
    told = told_of(vip, words.language)
    tone = policy_of(vip.workspace).tone
    return check_letter(kind, words.subject, words.body, told, tone, applied=vip.applied_on is not None)


def whole_letter(vip: Vip, kind: LetterKind, words: Words, *, host: User) -> str:
    """What arrives: the host's words, the two links, and with a first message the complete privacy notice.

    Put together anew each time: what is kept holds no link, for a link opens something. Raises Refusal naming what
    is missing from the notice.
    """
    page, forget = (_address(route, vip) for route in ("vip_page", "forget_me"))
    parts = [words.body.strip(), RULE, links_below(words.language, page, forget)]
    if kind is LetterKind.FIRST:
        parts += [RULE, notice.text_of(vip, host, words.language).strip()]
    return "\n\n".join(parts) + "\n"


def address_of(vip: Vip) -> str:
    """Where a mail may reach them; "" where we know no address, or only that of their work."""
    return "" if is_work_address(vip.email, vip.works_at) else vip.email


def note_of(
    vip: Vip, kind: LetterKind, words: Words, *, host: User, sender_address: str, now: datetime
) -> Note:
    """The letter exactly as it will arrive, with a new Message-ID; raises Refusal naming what cannot be sent."""
    if vip.email and not address_of(vip):
        raise Refusal(
            "work_address",
            f"{vip.email} looks like their address at work: nobody is written to there. Reach them by their public "
            "profile, or ask for an address of their own.",
        )
    if not vip.email:
        raise Refusal("no_address", "No address of theirs is known: take the text along instead.")
    try:
        return Note(
            sender_name=host.name,
            sender_address=sender_address,
            recipient_name=vip.name,
            recipient_address=vip.email,
            subject=words.subject.strip(),
            body=whole_letter(vip, kind, words, host=host),
            message_id=new_message_id(sender_address),
            date=now,
        )
    except BadNote as error:
        raise Refusal("bad_note", str(error)) from error


def refuse_to_write(vip: Vip, kind: LetterKind, *, by: User, now: datetime) -> None:
    """Raise Refusal where this letter is not theirs to write, or nobody's."""
    if vip.clock_from is None:
        raise Refusal("not_yet", "This name is not here yet.")
    if has_opted_out(vip, by.workspace):
        raise Refusal("opted_out", "They asked us not to be contacted: please do not write.")
    if kind is LetterKind.FIRST:
        _refuse_first(vip, now)
    elif vip.stage not in MAY_PART:
        raise Refusal("stage", _NO_GOODBYE.get(VipStage(vip.stage), "Nobody has written to them yet."))
    if vip.host is None:
        raise Refusal("no_host", "Nobody is their host yet: take it first, then it is yours to write.")
    if vip.host_id != by.pk:
        raise Refusal("not_host", f"{vip.host.name} is their host: only the host writes to them.")


def refuse_unfit(vip: Vip, kind: LetterKind, words: Words) -> None:
    """Raise Refusal where the letter has a gap, says what it must not, or lacks what it must say."""
    if has_gap(words.body):
        raise Refusal("gap", "Fill the gaps first: what stands in brackets only you can say.")
    if not words.subject.strip() or not words.body.strip():
        raise Refusal("empty", "A letter needs a subject and some words.")
    if words.language not in LANGUAGES:
        raise Refusal("language", f"Choose one of these languages: {', '.join(LANGUAGES.values())}.")
    strong = [remark for remark in remarks_on(vip, kind, words) if remark.strong]
    if strong:
        told = "; ".join(f"“{one.words}”: {one.mend}" if one.words else one.mend for one in strong)
        raise Refusal("unkind", f"This letter should not leave as it is. {told}")


# --- writing


@transaction.atomic
def save_draft(vip: Vip, kind: LetterKind, words: Words, *, by: User, now: datetime) -> Letter:
    """Keep what the host has written so far."""
    vip = hosting.locked(vip)
    refuse_to_write(vip, kind, by=by, now=now)
    letter = Letter.objects.filter(vip=vip, kind=kind).exclude(state=LetterState.SENT).first()
    if letter is None:
        letter = Letter(workspace_id=vip.workspace_id, vip=vip, kind=kind)
    elif letter.state != LetterState.DRAFT:
        raise too_late(letter)
    letter.by, letter.subject, letter.body, letter.language = by, words.subject, words.body, words.language
    letter.save()
    return letter


def send(vip: Vip, kind: LetterKind, *, by: User, now: datetime, seen: sending.Seen | None = None) -> Letter:
    """Send the saved letter once, by the host's own mailbox. `seen` refuses what nobody was shown.

    It comes back as sent, as a draft with its `trouble`, or as uncertain. Raises Refusal where nothing was tried.
    """
    mailbox = sending.mailbox_of(by)
    letter, note = _prepare(vip, kind, mailbox.address, LetterState.SENDING, by=by, now=now, seen=seen)
    try:
        sending.post(note, mailbox)
    except NotSent as error:
        return _finish(letter, LetterState.DRAFT, str(error), by=by, now=now)
    except Uncertain as error:
        return _finish(letter, LetterState.UNCERTAIN, str(error), by=by, now=now)
    letter = _finish(letter, LetterState.SENT, "", by=by, now=now)
    sending.keep_a_copy(note, mailbox)
    return letter


def put_among_drafts(vip: Vip, kind: LetterKind, *, by: User, now: datetime) -> Letter:
    """Put the saved letter among the drafts of the host's own mailbox, from where they send it themselves.

    It comes back as taken, with its `trouble` where nobody can tell whether there is a draft, or as a draft here, where
    surely none was made there. Raises Refusal where nothing was tried.
    """
    mailbox = sending.draft_box_of(by)
    letter, note = _prepare(vip, kind, mailbox.address, LetterState.TAKEN, by=by, now=now)
    try:
        sending.draft(note, mailbox)
    except NotSent as error:
        return _drafted(letter, LetterState.DRAFT, str(error), by=by)
    except Uncertain:
        return _drafted(letter, LetterState.TAKEN, sending.DOUBTFUL_DRAFT, by=by)
    return _drafted(letter, LetterState.TAKEN, "", by=by)


@transaction.atomic
def take_along(vip: Vip, kind: LetterKind, *, by: User, now: datetime) -> Letter:
    """The host takes the letter to their own mail program, or to where the person can be reached."""
    vip = hosting.held(vip)
    letter = _draft_to_leave(vip, kind, by=by, now=now)
    whole_letter(vip, kind, _words(letter), host=by)
    _claim(vip, letter, LetterState.TAKEN, now)
    audit.write(by, "took_the_letter", letter, kind=kind)
    return letter


@transaction.atomic
def say_sent(letter: Letter, *, by: User, now: datetime, linked: bool = False) -> Letter:
    """Somebody says that it left: from their own program, or in spite of a doubt of ours.

    Not while it is leaving: the mail server may still refuse it, and then they have not heard from us.
    `linked`: there was no room for the notice where they wrote, so it went by the link to the person's own page.
    """
    vip, letter = _both(letter)
    if letter.state == LetterState.SENDING:
        raise too_late(letter)
    _move(letter, LetterState.SENT)
    _arrived(vip, letter, by=by, now=now, notice_how="linked" if linked else "in_message")
    audit.write(by, "sent", letter, kind=letter.kind)
    return letter


@transaction.atomic
def say_not_sent(letter: Letter, *, by: User) -> Letter:
    """Somebody looked, and it did not leave: it waits as a draft again. While it is leaving, nobody can know."""
    vip, letter = _both(letter)
    if letter.state == LetterState.SENDING:
        raise too_late(letter)
    _move(letter, LetterState.DRAFT)
    _save(vip, letter)
    audit.write(by, "did_not_send", letter, kind=letter.kind)
    return letter


def may_hold_it(vip: Vip) -> bool:
    """Whether a first message that nobody calls sent may have reached them all the same."""
    return vip.contacted_at is None and _perhaps_there(vip).exists()


@transaction.atomic
def they_have_it(vip: Vip, *, now: datetime) -> Vip:
    """Whoever answers on their own page has the first message, for the link stands in it: it left, whatever we knew.

    Returns them as they stand then, held. For services/vip_page.py.
    """
    vip = hosting.locked(vip)
    letter = _perhaps_there(vip).select_for_update(of=("self",)).first()
    if vip.contacted_at is not None or letter is None:
        return vip
    _move(letter, LetterState.SENT)
    _arrived(vip, letter, by=letter.by or vip.host or recruiting(vip.workspace_id)[0], now=now)
    audit.write(None, "sent", letter, kind=letter.kind)
    return hosting.locked(vip)


def doubt_stuck(workspace: Workspace, *, now: datetime) -> None:
    """Letters that should have left long ago are uncertain: a person looks whether they did. Safe to run often."""
    stuck = Letter.objects.filter(
        workspace=workspace, state=LetterState.SENDING, claimed_at__lte=now - sending.LONGEST_SENDING
    )
    for letter in stuck:
        _doubt(letter, LEFT_BEHIND, only=LetterState.SENDING)


def doubt_after_restore(workspace: Workspace, *, backup_at: datetime, now: datetime) -> None:
    """Nothing that may have left since a backup was made leaves again: a person looks first.

    Whoever was not in touch then may have been written to since, also where nobody had begun a letter, or nobody could
    see the name yet: their first message is uncertain.
    """
    trouble = f"Restored from a backup of {backup_at:%-d %B %Y, %H:%M} UTC: did somebody write since then?"
    untouched = Vip.objects.filter(workspace=workspace, contacted_at=None)
    for vip in untouched.exclude(letters__kind=LetterKind.FIRST).select_related("host"):
        Letter.objects.create(
            workspace=workspace, vip=vip, kind=LetterKind.FIRST, by=vip.host, language=first_language(vip)
        )
    begun = Letter.objects.filter(workspace=workspace, state__in=[LetterState.DRAFT, *_ON_ITS_WAY])
    for letter in begun.order_by("pk"):
        _doubt(letter, trouble, claimed_at=now)


# --- how


@transaction.atomic
def _prepare(
    vip: Vip,
    kind: LetterKind,
    sender_address: str,
    state: LetterState,
    *,
    by: User,
    now: datetime,
    seen: sending.Seen | None = None,
) -> tuple[Letter, Note]:
    """Everything that may still say no; at the end the letter is claimed."""
    vip = hosting.held(vip)
    letter = _draft_to_leave(vip, kind, by=by, now=now)
    note = note_of(vip, kind, _words(letter), host=by, sender_address=sender_address, now=now)
    if seen is not None:
        seen(note)
    letter.message_id = note.message_id
    _claim(vip, letter, state, now)
    audit.write(by, "sending" if state is LetterState.SENDING else "drafting", letter, kind=kind)
    return letter, note


@transaction.atomic
def _drafted(letter: Letter, state: LetterState, trouble: str, *, by: User) -> Letter:
    """Write down what became of this very draft in the host's mailbox."""
    vip, current = _both(letter)
    if current.message_id != letter.message_id or current.state != LetterState.TAKEN:
        # Somebody has meanwhile said what became of it; theirs stands.
        return current
    if state is not LetterState.TAKEN:
        _move(current, state)
    current.trouble = trouble
    _save(vip, current)
    verb = "not_drafted" if state is LetterState.DRAFT else "doubtful_draft" if trouble else "drafted"
    audit.write(by, verb, current, kind=current.kind)
    return current


@transaction.atomic
def _finish(letter: Letter, state: LetterState, trouble: str, *, by: User, now: datetime) -> Letter:
    """Write down what became of this very letter."""
    vip, current = _both(letter)
    underway = {LetterState.SENDING, LetterState.UNCERTAIN}
    if current.message_id != letter.message_id or current.state not in underway:
        # Somebody has meanwhile said what became of it; theirs stands.
        return current
    if current.state != state:
        _move(current, state)
    current.trouble = trouble
    if state is LetterState.SENT:
        _arrived(vip, current, by=by, now=now)
    else:
        _save(vip, current)
    verb = {LetterState.SENT: "sent", LetterState.DRAFT: "not_sent"}.get(state, "became_uncertain")
    audit.write(by, verb, current, kind=current.kind)
    return current


@transaction.atomic
def _doubt(
    letter: Letter, trouble: str, *, claimed_at: datetime | None = None, only: LetterState | None = None
) -> None:
    """The letter becomes uncertain; `only` where it still is what it was when it was looked for."""
    if not Letter.objects.filter(pk=letter.pk).exists():
        return  # they were forgotten meanwhile
    vip, letter = _both(letter)
    if (only and letter.state != only) or not may_become(LetterState(letter.state), LetterState.UNCERTAIN):
        return
    letter.state, letter.trouble = LetterState.UNCERTAIN, trouble
    letter.claimed_at = letter.claimed_at or claimed_at
    _save(vip, letter)
    audit.write(None, "became_uncertain", letter, kind=letter.kind)


def _perhaps_there(vip: Vip) -> QuerySet[Letter]:
    return Letter.objects.filter(
        vip=vip, kind=LetterKind.FIRST, state__in=sorted(MAY_HAVE_LEFT - {LetterState.SENT})
    )


def _draft_to_leave(vip: Vip, kind: LetterKind, *, by: User, now: datetime) -> Letter:
    """The saved letter, if it may leave."""
    letter = letter_of(vip, kind)
    if letter is not None and letter.state not in {LetterState.DRAFT, LetterState.SENT}:
        raise too_late(letter)
    refuse_to_write(vip, kind, by=by, now=now)
    if letter is None or letter.state == LetterState.SENT or letter.by_id != by.pk:
        raise Refusal("empty", "Nothing is written yet: write the letter first.")
    if kind is LetterKind.FIRST:
        _refuse_if_reached_elsewhere(vip)
    refuse_unfit(vip, kind, _words(letter))
    letter.notice_version = notice.NOTICE_VERSION if kind is LetterKind.FIRST else ""
    return letter


def _claim(vip: Vip, letter: Letter, state: LetterState, now: datetime) -> None:
    if not may_become(LetterState(letter.state), state):
        raise too_late(letter)
    letter.state, letter.claimed_at, letter.trouble = state, now, ""
    _save(vip, letter)


def _save(vip: Vip, letter: Letter) -> None:
    """Keep the letter; that it may have left, or surely did not, moves the day on which the name goes by itself."""
    letter.save()
    hosting.keep_retained(vip)


def _both(letter: Letter) -> tuple[Vip, Letter]:
    """The person and the letter as they stand now, and nobody else's until the transaction ends."""
    vip = hosting.locked(Vip(pk=letter.vip_id))
    current = Letter.objects.select_for_update(of=("self",)).filter(pk=letter.pk).first()
    if current is None:
        raise Refusal("gone", "This letter is no longer here.")
    return vip, current


def _move(letter: Letter, state: LetterState) -> None:
    """Bring the letter into its next state, if that may follow; whoever calls saves it."""
    if not may_become(LetterState(letter.state), state):
        raise too_late(letter)
    letter.state, letter.trouble = state, ""
    if state is LetterState.DRAFT:
        letter.claimed_at, letter.message_id = None, ""


def _arrived(vip: Vip, letter: Letter, *, by: User, now: datetime, notice_how: str = "in_message") -> None:
    """It left: keep so, and what follows from it."""
    letter.sent_at = letter.claimed_at or now
    letter.save()
    writer = letter.by or by
    if letter.kind == LetterKind.GOODBYE:
        if may_move(VipStage(vip.stage), VipStage.PARTED) and not _wrote_since(vip, letter):
            hosting.part(vip, now=now)
            hosting.save_and_tell(vip, now)
    # A letter that left has left: where somebody said so already, or they opted out meanwhile, that stands.
    elif vip.contacted_at is None and not has_opted_out(vip, by.workspace):
        day = max(letter.sent_at.date(), vip.came_on)
        given = vips.Contact(day, notice_how, letter.notice_version, language=vip.language or letter.language)
        vips.say_contacted(vip, given, by=writer, now=now)


def _wrote_since(vip: Vip, letter: Letter) -> bool:
    """Whether they are owed an answer to what came after this letter was claimed: the book knows which was first."""
    if vip.step != Step.ANSWER:
        return False
    claimed = AuditEvent.objects.filter(noun="letter", noun_id=letter.pk, verb__in=_CLAIMS).order_by("-pk")
    wrote = AuditEvent.objects.filter(noun="vip", noun_id=vip.pk, verb="answered_host")
    return wrote.filter(pk__gt=claimed.values("pk")[:1]).exists()


def _refuse_first(vip: Vip, now: datetime) -> None:
    if vip.contacted_at is not None:
        raise Refusal("contacted", "They have heard from us already: a first message is written once.")
    if vip.set_aside:
        raise Refusal("set_aside", "This name was set aside: nobody writes to them.")
    entry = off_limits_now(now.date()).get(plain_company(vip.works_at))
    if entry is not None:
        raise Refusal(
            "off_limits",
            f"They work at a company on the off-limits list: nobody writes before {entry.owner}, who answers for the "
            "entry, has been asked.",
        )


def _refuse_if_reached_elsewhere(vip: Vip) -> None:
    """Raise Refusal where another entry of the same address or profile was written to, or may have been."""
    twins = Vip.objects.filter(same_as(vip)).exclude(pk=vip.pk)
    underway = Q(letters__kind=LetterKind.FIRST) & ~Q(letters__state=LetterState.DRAFT)
    if twins.filter(Q(contacted_at__isnull=False) | underway).exists():
        raise Refusal(
            "twin", "Another entry with the same address or profile was written to: join the two first."
        )


def too_late(letter: Letter) -> Refusal:
    """Why this letter does not leave now, in words."""
    texts = {
        LetterState.TAKEN: "The letter was taken to a mail program: say first whether it was sent.",
        LetterState.SENDING: "The letter is leaving this very moment. It is not sent twice.",
        LetterState.UNCERTAIN: "It is not certain whether the letter left. Look first, and say what you found.",
        LetterState.DRAFT: "The letter has not left: it is a draft.",
    }
    return Refusal("too_late", texts.get(LetterState(letter.state), "The letter has left already."))


_NO_GOODBYE = {
    VipStage.HIRED: "They are one of us: there is no goodbye to write.",
    VipStage.PARTED: "We have parted as friends: it is theirs to write again.",
}


def _words(letter: Letter) -> Words:
    return Words(letter.subject, letter.body, letter.language)


def _referrer(referral: Referral) -> str:
    """The name that may be told; "" where it may not, or is erased."""
    if referral.terms in VEILED or referral.ask is None:
        return ""
    return referral.ask.candidate.name


def _address(route: str, vip: Vip) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route, args=[vip.forget_token])}"
