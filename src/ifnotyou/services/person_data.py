"""All that we hold about one human being, as a document that they can be given (Art. 15 GDPR).

It is theirs, and only theirs: colleagues appear by name where the person met or wrote with them, and otherwise as
numbers and dates; who gave a name appears as far as its terms allow, with the reason. What somebody told in
confidence is never in it: whoever prints this document may not know that it was told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ifnotyou.models import (
    Ask,
    Calendar,
    Candidate,
    Claim,
    DataRequest,
    Decline,
    Interview,
    Letter,
    Mailbox,
    Message,
    Offer,
    OptOut,
    Pulse,
    Referral,
    Scorecard,
    Talk,
    User,
    Vip,
    Workspace,
)
from ifnotyou.playbook.asking import CLAIMED, AskState
from ifnotyou.playbook.disclosure import VEILED, Terms, source_sentence
from ifnotyou.playbook.hosting import HOSTED, LetterKind, LetterState, Step, VipStage
from ifnotyou.playbook.policy import Policy
from ifnotyou.playbook.records import InterviewStatus
from ifnotyou.playbook.retention import confidence_until
from ifnotyou.queries.filings import places_of
from ifnotyou.queries.people import held_about
from ifnotyou.queries.person import Person
from ifnotyou.queries.policy import policy_of

Entry = dict[str, Any]
"""One row in words: labels and values, never a key of ours but those that the company's files have."""

VOTES = {1: "definitely not", 2: "no", 3: "mixed", 4: "yes", 5: "strong yes"}

HOW_IT_WENT = {
    AskState.NAMED: "you gave a name",
    AskState.NOBODY: "you had nobody in mind",
    AskState.OPTED_OUT: "you asked not to be contacted",
    AskState.UNCERTAIN: "we do not know whether the note left",
}
"""What came of an ask; every other state is "asked": what was told in confidence changes nothing here."""

STAGES = {
    VipStage.NAMED: "named to us; nobody has written yet",
    VipStage.TAKEN: "somebody is about to write to you",
    VipStage.CONTACTED: "we have been in touch; it is your turn",
    VipStage.TALKING: "we are talking",
    VipStage.IN_PROCESS: "you applied",
    VipStage.HIRED: "you are one of us",
    VipStage.PARTED: "we parted as friends",
}
"""How far it has come, as the person would say it."""

STEPS = {
    Step.TAKE: "somebody takes it on to write to you",
    Step.WRITE: "a first message to you",
    Step.ANSWER: "an answer to you",
    Step.WAIT: "your answer; nobody reminds you",
}

SET_ASIDE = {
    "opted_out": "you asked us not to be contacted",
    "colleague": "you work here",
    "in_process": "you are in process with us",
    "off_limits": "of where you work",
}
"""Why nobody writes to them."""

LETTERS = {
    LetterState.DRAFT: "a draft, not sent",
    LetterState.TAKEN: "taken to be sent from another mail program",
    LetterState.SENDING: "leaving this moment",
    LetterState.UNCERTAIN: "we do not know whether it left",
    LetterState.SENT: "sent",
}

IN_CONFIDENCE = (
    "Whether you told us a name in confidence, and which, is not in this document: nobody but the colleague who "
    "asked you can see it, not even whoever made this for you. It stands on your own page, whose address came with "
    "their note, and they can tell you."
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

HEADINGS = {
    "about": "About this document",
    "records": "You as a candidate",
    "offers": "Offers",
    "declines": "What became of an offer that you turned down",
    "meetings": "Meetings",
    "votes": "Votes after meetings (without who voted)",
    "mails": "Mails between you and us (when, not what)",
    "said_about_you": "“Did you two click?”, answered by colleagues (without who)",
    "said_by_you": "What you said about colleagues",
    "asks": "Whether we asked you for a name",
    "names_you_gave": "Names that you gave",
    "kept_for_good": "What we keep so that you are left in peace",
    "named": "You as somebody who was named to us",
    "suggestions": "Why you were named, and by whom",
    "letters": "What we wrote to you, or began to write",
    "talks": "Conversations that we agreed on",
    "requests": "Your requests",
    "colleague": "You as a colleague",
    "account": "Your account",
    "left_out": "What is not in this document, and why",
}
"""In the order of the document."""


@dataclass(frozen=True)
class Section:
    """A part of the document for people: sentences, or rows of label and value."""

    heading: str
    sentences: list[str]
    entries: list[list[tuple[str, str]]]


def document(person: Person, workspace: Workspace, *, today: date) -> dict[str, Any]:
    """The document with stable names, as `--format json` prints it; empty parts are left out."""
    names = list(
        Vip.objects.filter(pk__in=[vip.pk for vip in person.names])
        .order_by("pk")
        .select_related("host", "job")
        .prefetch_related("referrals__job", "referrals__ask__candidate", "referrals__weighings")
    )
    asks = list(
        Ask.objects.filter(candidate__in=person.candidates, state__in=sorted(CLAIMED))
        .select_related("asker", "decline__job")
        .order_by("claimed_at", "pk")
    )
    policy = policy_of(workspace)
    parts = {
        "about": _about(workspace, policy, today),
        "records": [_record(candidate) for candidate in person.candidates],
        "offers": _offers(person),
        "declines": _declines(person),
        **_evidence(person),
        "asks": [_ask(ask) for ask in asks],
        "names_you_gave": _names_given(asks),
        "kept_for_good": _kept_for_good(person, workspace),
        "named": [_named(vip) for vip in names],
        "suggestions": [
            _suggestion(referral, policy, today)
            for vip in names
            for referral in vip.referrals.all()
            if referral.announced_on
        ],
        "letters": _letters(names),
        "talks": _talks(names),
        "requests": _requests(person),
        "colleague": _colleague(person),
        "account": _account(person),
        "left_out": [IN_CONFIDENCE] if person.candidates else [],
    }
    told = {name: part for name in HEADINGS if (part := parts[name])}
    return {"person": person.name, "company": workspace.name, "made_on": today.isoformat(), **told}


def readable(told: dict[str, Any]) -> list[Section]:
    """The same document part by part for somebody who reads it."""
    sections = []
    for name, heading in HEADINGS.items():
        part = told.get(name, [])
        rows = [part] if isinstance(part, dict) else [row for row in part if isinstance(row, dict)]
        sentences = [row for row in part if isinstance(row, str)] if isinstance(part, list) else []
        if part:
            sections.append(Section(heading, sentences, [_in_words(row) for row in rows]))
    return sections


def source_answer(referral: Referral, policy: Policy, today: date) -> tuple[str, str]:
    """What somebody named may be told about who named them, and why it is no more than that (requirement Q1)."""
    role = str(referral.job)
    terms = Terms(referral.terms)
    if terms is Terms.ANONYMOUS:
        return source_sentence(terms, "", role), "The page keeps nothing that could tell who used it."
    if terms is Terms.CONFIDENTIAL:
        return source_sentence(terms, "", role), _why_confidential(referral, policy, today)
    if referral.ask is None:
        return source_sentence(terms, "", role), "The link to them went with it."
    return (
        source_sentence(terms, referral.ask.candidate.name, role),
        "They allowed us to say so.",
    )


def _why_confidential(referral: Referral, policy: Policy, today: date) -> str:
    """The reasoning, without a word that could tell who it is."""
    decided = [weighing for weighing in referral.weighings.all() if weighing.decision]
    last = max(
        decided, key=lambda weighing: (weighing.decided_on or weighing.opened_on, weighing.pk), default=None
    )
    if last is not None and last.decision == "tell" and last.referrer_told_on:
        return (
            f"It was weighed on {_day(last.decided_on)}, and you may know. They were told so first. The name comes "
            "to you in an answer of its own, from whoever keeps our promises of privacy."
        )
    if last is not None and last.decision == "keep":
        return (
            f"It was weighed on {_day(last.decided_on)}: your interest in knowing and theirs in not being named. "
            "It is not passed on. You may complain about this to a data protection authority."
        )
    until = confidence_until(referral.came_on, None, policy.retention)
    held = (
        f"We hold the link to them, encrypted, until {until} at most, or until you have your answer."
        if today < until
        else "By now the link to them is erased, unless you had asked before."
    )
    return (
        "They asked us not to pass on their name, and it is not passed on with this document. If you want to know it "
        "all the same, say so: your interest and theirs are then weighed, on record (Art. 15(4) GDPR). "
        + held
    )


def _about(workspace: Workspace, policy: Policy, today: date) -> Entry:
    kept = policy.retention
    return {
        "made_on": today.isoformat(),
        "held_by": workspace.name,
        "questions_to": workspace.privacy_contact or workspace.name,
        "purpose": "To ask people who turned down an offer, once, who else we should talk to; and to get in touch, "
        "in person, with the people they name.",
        "basis": "Our legitimate interest in finding colleagues through people who know the work "
        "(Art. 6(1)(f) GDPR).",
        "who_receives_it": f"Colleagues at {workspace.name} who take part in hiring. Nobody else.",
        "kept_for": f"A name: {kept.name_days} days without contact ({kept.anonymous_name_days} where nobody knows "
        f"who gave it), {kept.unanswered_days} days without an answer, {kept.closed_months} months after the end "
        f"(by country). An ask and what it rests on: {kept.ask_months} months after it ended.",
        "your_rights": "To have it corrected, erased or restricted, and to complain to a data protection authority. "
        "No decision about you is made by a machine alone.",
        "objection": "You may object at any time to what is done with your data here, without giving a reason: "
        "a word to us is enough.",
    }


def _record(candidate: Candidate) -> Entry:
    return {
        "record": candidate.external_id,
        "name": candidate.name,
        "address": candidate.email,
        "profile": candidate.linkedin_url,
        "works_at": candidate.current_company,
        "works_as": candidate.current_title,
        "worked_at": list(candidate.past_employers),
        "schools": list(candidate.schools),
        "level": candidate.level,
        "not_to_be_contacted": candidate.do_not_contact,
    }


def _offers(person: Person) -> list[Entry]:
    offers = (
        Offer.objects.filter(candidate__in=person.candidates).select_related("job").order_by("sent_at", "pk")
    )
    return [
        {
            "role": str(offer.job),
            "came_to": offer.status,
            "sent": _moment(offer.sent_at),
            "answered": _moment(offer.resolved_at),
            "your_reason": offer.decline_reason,
            "notes": offer.decline_notes,
        }
        for offer in offers
    ]


def _declines(person: Person) -> list[Entry]:
    declines = (
        Decline.objects.filter(candidate__in=person.candidates)
        .select_related("job")
        .prefetch_related("decisions")
        .order_by("sorted_at", "pk")
    )
    return [
        {
            "role": str(decline.job),
            "turned_down": _moment(decline.declined_at),
            "reason_read_as": decline.category,
            "may_we_ask": decline.verdict,
            "because": [why["text"] for why in decline.because],
            "decided_by_a_person": [
                f"{'yes' if decision.yes else 'no'}, {_moment(decision.at)}: {decision.reason}"
                for decision in decline.decisions.all()
            ],
        }
        for decline in declines
    ]


def _evidence(person: Person) -> dict[str, list[Entry]]:
    """What passed between the person and colleagues; a colleague's name only where the person knows it."""
    them = {"candidate__in": person.candidates}
    meetings = Interview.objects.filter(**them).select_related("employee", "job").order_by("started_at", "pk")
    votes = Scorecard.objects.filter(**them).select_related("job").order_by("submitted_at", "pk")
    mails = Message.objects.filter(**them).select_related("employee").order_by("sent_at", "pk")
    pulses = list(Pulse.objects.filter(**them).select_related("employee").order_by("said_at", "pk"))
    return {
        "meetings": [
            {
                "when": _moment(meeting.started_at),
                "kind": meeting.kind,
                "minutes": meeting.minutes,
                "took_place": meeting.status,
                "with": meeting.employee.name if meeting.status == InterviewStatus.COMPLETED else "",
                "for": str(meeting.job) if meeting.job else "",
            }
            for meeting in meetings
        ],
        "votes": [
            {
                "vote": VOTES.get(vote.overall, str(vote.overall)),
                "when": _moment(vote.submitted_at),
                "for": str(vote.job) if vote.job else "",
            }
            for vote in votes
        ],
        "mails": [
            {
                "when": _moment(mail.sent_at),
                "who_wrote": "you" if mail.from_candidate else "we",
                "colleague": mail.employee.name,
            }
            for mail in mails
        ],
        "said_about_you": [
            {"from_1_to_5": pulse.score, "when": _moment(pulse.said_at)}
            for pulse in pulses
            if not pulse.by_candidate
        ],
        "said_by_you": [
            {
                "colleague": pulse.employee.name,
                "from_1_to_5": pulse.score,
                "when": _moment(pulse.said_at),
            }
            for pulse in pulses
            if pulse.by_candidate
        ],
    }


def _ask(ask: Ask) -> Entry:
    return {
        "role": str(ask.decline.job),
        "by": ask.asker.name,
        "how": ask.channel,
        "when": _moment(ask.asked_at or ask.claimed_at),
        "what_came_of_it": HOW_IT_WENT.get(AskState(ask.state), "asked"),
        "subject": ask.subject,
        "note": ask.body,
    }


def _names_given(asks: Iterable[Ask]) -> list[Entry]:
    """Those of which we may know that they gave them; a veiled one has no way back from here."""
    given = (
        Referral.objects.filter(ask__in=asks)
        .exclude(terms__in=sorted(VEILED))
        .select_related("vip", "job")
        .order_by("came_on", "pk")
    )
    return [
        {
            "name": referral.vip.name if referral.vip else "an introduction that you make yourself",
            "role": str(referral.job),
            "on_your_terms": referral.terms,
            "allowed_to_say_so": str(referral.permission.get("at", ""))[:10],
            "in_these_words": referral.permission.get("wording", ""),
            "came": _day(referral.came_on),
            "thanked": _day(referral.thanked_on),
            "introduction_perhaps_by": _day(referral.expected_on),
            "introduction_arrived": _day(referral.arrived_on),
            "you_want_to_read_when_we_have_spoken": referral.wants_word,
        }
        for referral in given
    ]


def _kept_for_good(person: Person, workspace: Workspace) -> list[Entry]:
    """The keyed hashes: they say nothing to whoever reads them, and that they are there says enough."""
    keys = sorted(person.keys_never_asked(workspace))
    asked = sorted(set(Claim.objects.filter(key__in=keys).values_list("claimed_on", flat=True)))
    refused = OptOut.objects.filter(key__in=keys).order_by("at").values_list("at", flat=True).first()
    told = []
    if asked:
        told.append(
            {"what": "that you were asked, as keyed hashes, so that it stays once", "since": _day(asked[-1])}
        )
    if refused:
        told.append(
            {"what": "that you asked not to be contacted, as keyed hashes", "since": _day(refused.date())}
        )
    return told


def _named(vip: Vip) -> Entry:
    return {
        "name": vip.name,
        "found_at": vip.found_at,
        "address": vip.email,
        "works_at": vip.works_at,
        "country": vip.country,
        "language": vip.language,
        "basis": "legitimate interest (Art. 6(1)(f) GDPR)"
        if vip.basis == "legitimate_interest"
        else vip.basis,
        "came": _day(vip.came_on),
        "to_be_informed_until": _day(vip.notice_due),
        "informed": _moment(vip.notice_given_at),
        "informed_how": " ".join(filter(None, (vip.notice_how, vip.notice_version))),
        "first_contact": _moment(vip.contacted_at),
        "answered": _day(vip.answered_on),
        "closed": _day(vip.closed_on),
        "applied": _day(vip.applied_on),
        "you_agreed_to_be_kept_until": _day(vip.keep_consent_until),
        "in_these_words": str(vip.keep_permission.get("wording", "")),
        "you_agreed_on": str(vip.keep_permission.get("at", ""))[:10],
        "you_wanted_to_know_more": _day(vip.more_wanted_on),
        "how_far_it_has_come": STAGES[VipStage(vip.stage)],
        "your_host": vip.host.name if vip.host else "",
        "talked_with_about": str(vip.job) if vip.job else "",
        "what_comes_next": vip.step_words or STEPS.get(Step(vip.step), "") if vip.step else "",
        "by": _moment(vip.due_at),
        "first_contact_promised_by": _moment(vip.first_due_at),
        "nobody_writes_to_you_because": SET_ASIDE.get(vip.set_aside, ""),
        "hired": _day(vip.hired_on),
        "handed_to_our_system_for_applicants": _moment(vip.exported_at),
        "your_record_there_is_in": ", ".join(
            place.system if place.sure else f"{place.system} (perhaps)"
            for place in places_of(Person(names=[vip]))
        ),
        "known_before_by": "what you were known by before it was put right, as keyed hashes, so that nobody takes "
        "you for somebody new"
        if vip.marks.exists()
        else "",
        "erased_by_itself_on": _day(vip.retain_until),
    }


def _suggestion(referral: Referral, policy: Policy, today: date) -> Entry:
    sentence, reasoning = source_answer(referral, policy, today)
    veiled = referral.terms in VEILED
    return {
        "role": str(referral.job),
        "in_the_week_of" if veiled else "on": _day(referral.came_on),
        "what_was_said_about_you": referral.why,
        "introduced_to_us": _day(referral.arrived_on),
        "where_we_have_your_name_from": sentence,
        "why_we_say_this_and_no_more": reasoning,
    }


def _letters(names: Iterable[Vip]) -> list[Entry]:
    """Theirs to read, drafts too: what is kept about somebody is theirs, sent or not."""
    letters = Letter.objects.filter(vip__in=names).select_related("by").order_by("sent_at", "pk")
    return [
        {
            "what": "the first message" if letter.kind == LetterKind.FIRST else "a goodbye",
            "stands": LETTERS[LetterState(letter.state)],
            "by": letter.by.name if letter.by and letter.state != LetterState.DRAFT else "",
            "sent": _moment(letter.sent_at),
            "language": letter.language,
            "notice": letter.notice_version,
            "subject": letter.subject,
            "text": letter.body,
        }
        for letter in letters
    ]


def _talks(names: Iterable[Vip]) -> list[Entry]:
    talks = Talk.objects.filter(vip__in=names).select_related("host").order_by("starts_at", "pk")
    return [
        {
            "when": _moment(talk.starts_at),
            "minutes": talk.minutes,
            "where": talk.place,
            "with": talk.host.name if talk.host else "",
            "called_off": talk.cancelled,
        }
        for talk in talks
    ]


def _requests(person: Person) -> list[Entry]:
    asked = DataRequest.objects.filter(vip__in=person.names) | DataRequest.objects.filter(
        candidate__in=person.candidates
    )
    return [
        {"came": _day(one.opened_on), "due": _day(one.due_on), "answered": _day(one.answered_on)}
        for one in asked.order_by("opened_on", "pk")
    ]


def _colleague(person: Person) -> list[Entry]:
    return [
        {
            "record": employee.external_id,
            "name": employee.name,
            "address": employee.email,
            "title": employee.title,
            "department": employee.department,
            "level": employee.level,
            "time_zone": employee.timezone,
            "works_here": employee.active,
            "worked_at": list(employee.past_employers),
            "schools": list(employee.schools),
            "open_to_asking": employee.open_to_asking,
            "away_until": _day(employee.away_until),
            "evidence": [f"{what}: {number}" for what, number in held_about(employee)],
        }
        for employee in person.colleagues
    ]


def _account(person: Person) -> list[Entry]:
    return [
        {
            "name": user.name,
            "address": user.email,
            "role": user.role,
            "can_sign_in": user.is_active,
            "last_signed_in": _moment(user.last_login),
            "time_zone": user.timezone,
            "country_and_region": " ".join(filter(None, (user.country, user.region))),
            "works_on": [WEEKDAYS[int(day)] for day in user.work_days],
            "works_from_until": f"{user.work_from:%H:%M} to {user.work_until:%H:%M}",
            "booking_link": user.booking_link,
            "mailbox": _mailbox(user),
            "a_calendar_is_connected": _calendar(user),
            "people_whom_you_host": user.hosted.filter(stage__in=sorted(HOSTED)).count(),
        }
        for user in person.accounts
    ]


def _mailbox(user: User) -> str:
    """The address from which their notes leave; never the password."""
    return Mailbox.objects.filter(user=user).values_list("address", flat=True).first() or ""


def _calendar(user: User) -> bool:
    """Whether there is one; its address opens it to whoever reads this."""
    return Calendar.objects.filter(user=user).exists()


def _in_words(row: Entry) -> list[tuple[str, str]]:
    """Labels and values as people read them; what is empty is not told."""
    told = []
    for label, value in row.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(value, bool):
            text = "yes" if value else "no"
        if text is not None and text != "":
            told.append((label.replace("_", " "), str(text)))
    return told


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment else ""
