"""The way of an ask: handed over, asked in conversation or by the colleague's own mail, and what came back.

What leaves by the program itself stands in sending.py. Every way to the
candidate passes `once.claim`, and a state that is past is never a way back:
playbook/asking.py says what may follow what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from ifnotyou.models import Ask, Candidate, Decline, Employee, User
from ifnotyou.playbook.asking import CLAIMED, LIVE, AskState, may_become, stage_of_ask
from ifnotyou.playbook.boilerplate import sent_before
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import GAP, QUIET_LINES, with_quiet_lines
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.plan import PlannedDecline
from ifnotyou.playbook.tone import Finding, check_tone
from ifnotyou.playbook.verdict import Verdict
from ifnotyou.queries.declines import ask_of
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, happenings, once, pages
from ifnotyou.services.declines import decisions_that_hold, judge, plan_of, why_over
from ifnotyou.services.happenings import Kind
from ifnotyou.services.hindsight import moment_told
from ifnotyou.services.later import later
from ifnotyou.services.people import ensure_user_for

EARLIER_NOTES = 200


@dataclass(frozen=True)
class Words:
    """What the asker is going to send."""

    subject: str
    body: str


@transaction.atomic
def hand_over(decline: Decline, employee: Employee, *, by: User, now: datetime) -> Ask:
    """Give the card to one of the colleagues who may ask. The candidate notices nothing of it yet."""
    decline = Decline.objects.select_for_update().get(pk=decline.pk)
    if Ask.objects.filter(decline=decline, state__in=sorted(LIVE | CLAIMED)).exists():
        raise Refusal("already_handed", "A colleague has this card already.")
    planned = plan_of(decline, by.workspace, now.date())
    if planned is None:
        raise Refusal("never", "This offer is no longer a declined one.")
    _refuse_unless_wanted(decline, planned)
    asker = next((a for a in planned.connections.askers if a.employee.id == employee.external_id), None)
    if asker is None:
        raise Refusal(
            "no_direct_interaction",
            f"{employee.name} is not among those who may ask: choose somebody from the list.",
        )
    if not employee.email:
        raise Refusal("no_address", f"We have no address for {employee.name}: the card could not reach them.")
    try:
        with transaction.atomic():
            ask = Ask(
                workspace_id=decline.workspace_id,
                decline=decline,
                candidate_id=decline.candidate_id,
                asker=employee,
                handed_by=by,
                handed_at=now,
                # What speaks for them; what speaks against is nobody's encouragement.
                because=[why.text for why in asker.because if why.weight > 0],
                quiet=list(QUIET_LINES),
            )
            pages.give_page(ask)
            ask.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("already_handed", "A colleague has this card already.") from error
    pages.page_of(decline.job)
    ensure_user_for(employee, by=by)
    audit.write(by, "handed_over", ask, decline=decline.pk, employee=employee.pk)
    happenings.tell_of_ask(ask, now)
    later("tell_asker", once=f"ask-{ask.pk}-told", workspace_id=ask.workspace_id, ask_id=ask.pk)
    refresh(ask, now)
    return ask


@transaction.atomic
def withdraw(ask: Ask, *, by: User, now: datetime) -> None:
    """The recruiter takes the card back, as long as nobody was asked."""
    ask = locked(ask)
    if ask.state != AskState.WAITING:
        raise too_late(ask)
    ask = move(ask, AskState.WITHDRAWN, now, kept=ask)
    audit.write(by, "withdrew", ask)
    refresh(ask, now)


def take_card_back(decline: Decline, *, by: User, now: datetime) -> None:
    """The same, for whoever looks at the decline."""
    ask = ask_of(decline)
    if ask is None:
        raise Refusal("no_card", "Nobody has this card.")
    withdraw(ask, by=by, now=now)


@transaction.atomic
def pass_on(ask: Ask, *, by: User, now: datetime) -> None:
    """The colleague would rather not. No reason is wanted, nothing is counted; the recruiter sees who is next."""
    ask = move(ask, AskState.PASSED, now)
    audit.write(by, "passed", ask)
    later("tell_recruiter", once=f"ask-{ask.pk}-passed", workspace_id=ask.workspace_id, ask_id=ask.pk)
    refresh(ask, now)


@transaction.atomic
def start_talking(ask: Ask, *, by: User, now: datetime) -> None:
    """The colleague is going to ask in conversation: from now on nobody else can."""
    ask = locked(ask)
    ask.channel = Channel.CONVERSATION
    claim(ask, AskState.TALKING, now)
    audit.write(by, "will_ask_in_conversation", ask)
    restage(ask)


@transaction.atomic
def take_along(ask: Ask, words: Words, *, by: User, now: datetime) -> None:
    """The colleague takes the note to their own mail program: from now on nobody else can ask."""
    ask = locked(ask)
    refuse_unkind(ask, words)
    ask.channel, ask.subject, ask.body = Channel.EMAIL, words.subject, words.body
    claim(ask, AskState.TAKEN, now)
    audit.write(by, "took_the_note", ask)
    restage(ask)


@transaction.atomic
def say_asked(ask: Ask, *, by: User, now: datetime) -> None:
    """The colleague says that they asked: in conversation, from their own program, or in spite of a doubt of ours.

    Not while a note is leaving: the mail server may still refuse it, and then nobody was asked.
    """
    ask = locked(ask)
    if ask.state == AskState.SENDING:
        raise too_late(ask)
    keep_asked(ask, by=by, now=now)


@transaction.atomic
def keep_asked(ask: Ask, *, by: User | None, now: datetime) -> None:
    """They were asked: somebody says so, or an answer of theirs proves it, also while a note is leaving."""
    ask = move(ask, AskState.ASKED, now)
    audit.write(by, "asked", ask, channel=ask.channel)
    restage(ask)


@transaction.atomic
def say_not_asked(ask: Ask, *, by: User, now: datetime) -> None:
    """The colleague says that nothing left after all: the card waits again, and the ask is free.

    While a note is leaving only sending.py knows what becomes of it, and where that breaks off it is uncertain soon.
    What a restore has put in doubt does not wait again: somebody else may have had the card since the backup, so
    the decline goes back to the recruiter, who is asked to make sure.
    """
    ask = locked(ask)
    if ask.state == AskState.SENDING:
        raise too_late(ask)
    restored_at, claimed_at = ask.workspace.restored_at, ask.claimed_at
    in_doubt = restored_at is not None and claimed_at is not None and claimed_at <= restored_at
    ask = move(ask, AskState.WITHDRAWN if in_doubt else AskState.WAITING, now, kept=ask)
    audit.write(by, "did_not_ask", ask)
    refresh(ask, now)


@transaction.atomic
def say_nobody(ask: Ask, *, by: User | None, now: datetime) -> None:
    """They had nobody in mind; told by the asker, or on the candidate's page (`by` None). A name: referrals.py."""
    ask = locked(ask)
    ask.asked_at = ask.asked_at or now
    ask = move(ask, AskState.NOBODY, now, kept=ask)
    audit.write(by, "answered", ask, name=False)
    refresh(ask, now)


@transaction.atomic
def say_opted_out(ask: Ask, *, by: User | None, now: datetime) -> None:
    """They would rather not hear from us: kept for ever, for every record of this human being."""
    ask = move(ask, AskState.OPTED_OUT, now)
    once.opt_out(ask.candidate, ask.workspace)
    audit.write(by, "opted_out", ask)
    refresh(ask, now)


@transaction.atomic
def opt_out_candidate(candidate: Candidate, *, by: User, now: datetime) -> None:
    """Somebody whom nobody asked yet would rather not hear from us: cards about them are taken back."""
    once.opt_out(candidate, by.workspace)
    for ask in Ask.objects.filter(candidate=candidate, state=AskState.WAITING):
        move(ask, AskState.WITHDRAWN, now)
    audit.write(by, "opted_out", candidate)
    judge([candidate.pk], by.workspace, now.date())


@transaction.atomic
def close_silent(ask: Ask, *, now: datetime) -> None:
    """No answer is an answer: the ask is closed, and nobody is told anything."""
    ask = move(ask, AskState.SILENT, now)
    audit.write(None, "closed_silent", ask)
    refresh(ask, now)


@transaction.atomic
def save_draft(ask: Ask, words: Words, quiet: Sequence[str]) -> None:
    """Keep what the colleague has written so far, and which quiet lines go with it."""
    ask = locked(ask)
    if ask.state != AskState.WAITING:
        raise too_late(ask)
    ask.subject, ask.body, ask.quiet = words.subject, words.body, list(quiet)
    ask.save(update_fields=["subject", "body", "quiet"])


def whole_note(ask: Ask, words: Words) -> Words:
    """What arrives: the asker's words, and the quiet lines that go with them.

    Put together anew each time: what is kept of a note holds no link, for a link opens something.
    """
    return Words(words.subject, with_quiet_lines(words.body, ask.quiet, pages.links_of(ask)))


def findings(ask: Ask, words: Words) -> Sequence[Finding]:
    """What could be kinder in a note, and whether it was sent to somebody else before."""
    policy = policy_of(ask.workspace)
    found = list(check_tone(words.body, policy.tone))
    earlier = (
        Ask.objects.filter(state__in=sorted(CLAIMED))
        .exclude(candidate_id=ask.candidate_id)
        .exclude(body="")
        .order_by("-pk")
        .values_list("body", "candidate__name", "asker__name")[:EARLIER_NOTES]
    )
    names = {first_name(ask.candidate.name), first_name(ask.asker.name)}
    bodies = []
    for body, candidate, asker in earlier:
        bodies.append(body)
        names |= {first_name(candidate), first_name(asker)}
    if again := sent_before(words.body, bodies, policy.tone, names=sorted(names)):
        found.append(again)
    return found


def refuse_unkind(ask: Ask, words: Words) -> None:
    """Raise Refusal where the note holds an incentive, fishing or guilt, or its gap is still open."""
    if GAP in words.body:
        raise Refusal("gap", "Fill the gap first: something that the two of you really talked about.")
    strong = [finding for finding in findings(ask, words) if finding.strong]
    if strong:
        told = "; ".join(f'"{finding.words}": {finding.mend}' for finding in strong)
        raise Refusal("unkind", f"This note should not leave as it is. {told}")
    if not words.subject.strip() or not words.body.strip():
        raise Refusal("empty", "A note needs a subject and some words.")


def locked(ask: Ask) -> Ask:
    """The ask as it stands now, and nobody else's until the transaction ends."""
    return (
        Ask.objects.select_for_update(of=("self",))
        .select_related("candidate", "asker", "decline", "workspace")
        .get(pk=ask.pk)
    )


def too_late(ask: Ask) -> Refusal:
    """Why nothing can be done with this card any more, in words."""
    them = first_name(ask.candidate.name)
    texts = {
        AskState.PASSED: "You have passed this card on.",
        AskState.WITHDRAWN: "This card was taken back: there is nothing to ask any more.",
        AskState.TALKING: f"You are about to ask {them} in conversation: that is the one ask.",
        AskState.TAKEN: "You took the note to your own mail program: say first whether you sent it.",
        AskState.SENDING: "The note is leaving this very moment. It is not sent twice.",
        AskState.UNCERTAIN: "It is not certain whether the note left. Look first, and say what you found.",
    }
    return Refusal("too_late", texts.get(AskState(ask.state), f"{them} was asked already. Once is the rule."))


def _refuse_unless_wanted(decline: Decline, planned: PlannedDecline) -> None:
    """Only a decline that the playbook says "ask" of, or for which a person said yes."""
    if planned.verdict is Verdict.NEVER:
        raise Refusal("never", planned.because[0].text)
    if planned.verdict is Verdict.MISSED:
        raise Refusal("missed", planned.because[0].text)
    if planned.verdict is Verdict.DECIDE:
        last = decisions_that_hold(decline.workspace).filter(decline=decline).last()
        if last is None or not last.yes:
            raise Refusal(
                "undecided", "Somebody has to decide first: read what is recorded, then say yes or no."
            )


def claim(ask: Ask, state: AskState, now: datetime) -> None:
    """Use up the one ask for this card."""
    if not may_become(AskState(ask.state), state):
        raise too_late(ask)
    if over := why_over(Decline.objects.get(pk=ask.decline_id)):
        raise Refusal("over", over)
    ask.state, ask.claimed_at, ask.trouble = state, now, ""
    once.claim(ask, now.date())
    ask.save()
    happenings.tell_of_ask(ask, now)


def move(ask: Ask, state: AskState, now: datetime, *, kept: Ask | None = None) -> Ask:
    """Bring the ask into its next state, if that may follow; back in the hands of the asker its claim is free."""
    ask = kept or locked(ask)
    if not may_become(AskState(ask.state), state):
        raise too_late(ask)
    ask.state = state
    if state in {AskState.WAITING, AskState.WITHDRAWN}:
        once.free(ask)
    if state is AskState.WAITING:
        ask.claimed_at, ask.message_id, ask.trouble = None, "", ""
    elif state is AskState.ASKED:
        ask.asked_at, ask.trouble, ask.ended_at = ask.asked_at or ask.claimed_at or now, "", None
    elif state not in LIVE:
        ask.ended_at = now
    ask.save()
    happenings.tell_of_ask(ask, now)
    return ask


def restage(ask: Ask) -> None:
    """Let the inbox know where this decline stands, at once; what it means for others is judged by a job.

    The asker's steps take the database's one turn to write only for a moment.
    """
    stage = stage_of_ask(AskState(ask.state))
    if stage is not None and Decline.objects.filter(pk=ask.decline_id).exclude(stage=stage).update(
        stage=stage
    ):
        happenings.tell_of_declines(Kind.DECLINE_CHANGED, [ask.decline_id], ask.workspace_id, timezone.now())
    later("judge_candidate", workspace_id=ask.workspace_id, candidate_id=ask.candidate_id)


def refresh(ask: Ask, now: datetime) -> None:
    """Let the inbox know; where the past is told, whoever tells it judges when all is told."""
    if moment_told() is None:
        judge([ask.candidate_id], ask.workspace, now.date())
