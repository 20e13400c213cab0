"""Erasing a human being: every row of theirs goes, and keyed hashes stay that prove that nobody may ask again.

The hashes stand in three places, so that nobody comes back by another way: opt-outs (nobody writes to them), the
erasure list (imports leave them out, a restored backup loses them again), and the same list in a file beside the
database, for the day on which the database is lost.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ifnotyou.models import (
    ApiAnswer,
    Ask,
    Candidate,
    Decline,
    Delivery,
    DeliveryState,
    Erasure,
    Import,
    Offer,
    OptOut,
    Referral,
    Reply,
    User,
    Vip,
    Weighing,
    Workspace,
)
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.confidences import confidences_of, source_text
from ifnotyou.queries.erased import of_gone, of_name_only, with_gone
from ifnotyou.queries.filings import Place, places_of
from ifnotyou.queries.humans import keys_of, namesakes, same_humans, vip_keys
from ifnotyou.queries.person import Person, whole
from ifnotyou.services import audit, once, tallies
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later

FILE = "erased.txt"
"""In DATA_DIR: a line "workspace hash day kind" for each keyed hash, only ever added to."""

BLOCK = 500

_LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64}) ([0-9]{4}-[0-9]{2}-[0-9]{2}) (person|name|gone|back)")

PERSON, NAME = "person", "name"
"""What was erased: all that there was of somebody, or only that they were named to us."""
GONE, BACK = "gone", "back"
"""A candidate whom the system that told of them has deleted; and that it tells of them anew."""


@dataclass(frozen=True)
class Mark:
    """A line of the erasure list in the file."""

    workspace_id: int
    key: str
    day: date
    kind: str

    @property
    def listed_as(self) -> str:
        """The key in the database's list."""
        if self.kind == PERSON:
            return self.key
        return of_name_only(self.key) if self.kind == NAME else of_gone(self.key)


@dataclass(frozen=True)
class Erased:
    """How much went, or would go: records of a candidate, asks, people named."""

    records: int
    asks: int
    names: int

    @property
    def told(self) -> str:
        """The same in words."""
        counts = (
            (self.records, "candidate record", "candidate records"),
            (self.asks, "ask", "asks"),
            (self.names, "name that was given to us", "names that were given to us"),
        )
        words = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
        return ", ".join(words) or "nothing"


def would_go(person: Person) -> Erased:
    """What `erase` would take away, as far as whoever found them may know."""
    asks = Ask.objects.filter(candidate__in=person.candidates).count()
    return Erased(len(person.candidates), asks, len(person.names))


@transaction.atomic
def erase(person: Person, workspace: Workspace, *, by: User | None, now: datetime) -> Erased:
    """Erase somebody who asked for it, whatever stands in the way but their work here.

    An open request of theirs is no reason to wait: it is their own wish. Raises Refusal where all that there is of
    them is as a colleague.
    """
    _keep_imports_out(workspace)
    gone = would_go(person)
    # Looked for anew: what came in meanwhile goes too, and names that nobody may see yet.
    person = whole(person, workspace)
    if not person.candidates and not person.names:
        raise Refusal("colleague", not_erased(person) or "There is nothing to erase.")
    if Ask.objects.filter(candidate__in=person.candidates, state=AskState.SENDING).exists():
        raise Refusal("sending", "A note to them is leaving this very moment. Try again in some minutes.")
    marks = [Mark(workspace.pk, key, now.date(), PERSON) for key in sorted(person.keys(workspace))]
    _remember(marks, person.keys_never_asked(workspace), workspace)
    _forget_words_about(person)
    _remove(person)
    audit.write(by, "erased", workspace, records=gone.records, asks=gone.asks, names=gone.names)
    later("judge_stale", workspace_id=workspace.pk)
    write_down(marks)
    return gone


@transaction.atomic
def forget_named(vip: Vip, *, now: datetime) -> None:
    """Forget somebody at once, by the link of the first message: their name goes, and nobody writes to them again.

    Nobody is told but the book, and the book not who; where we filed them in another system, the steward hears which
    record is to be erased there. What there is of them as a candidate stays, for that is
    another matter with a way out of its own; but nobody asks them any more either.
    """
    workspace = vip.workspace
    person = whole(Person(names=[vip]), workspace)
    keys = {key for name in person.names for key in vip_keys(name, workspace)}
    marks = [Mark(workspace.pk, key, now.date(), NAME) for key in sorted(keys)]
    _remember(marks, keys, workspace)
    for candidate in person.candidates:
        once.opt_out(candidate, workspace)
    if person.candidates:
        mark_stale([candidate.pk for candidate in person.candidates])
        later("judge_stale", workspace_id=workspace.pk)
    _pass_on(places_of(Person(names=person.names)), workspace)
    tallies.keep_names(person.names)
    _forget_answers()
    for name in person.names:
        name.delete()
    audit.write(None, "forgotten", workspace, names=1)
    write_down(marks)


def _pass_on(places: Iterable[Place], workspace: Workspace) -> None:
    """Have the steward told of records that only a person can erase: by their ids there, never by a name."""
    records = [" ".join(filter(None, (place.system, place.record, place.link))) for place in places]
    if records:
        later("tell_of_records_elsewhere", workspace_id=workspace.pk, records=records)


def not_erased(person: Person) -> str:
    """Why something of them stays, for whoever asks; "" where nothing does."""
    if not person.colleagues and not person.accounts:
        return ""
    if any(colleague.active for colleague in person.colleagues) or any(u.is_active for u in person.accounts):
        return (
            "They work here, so what the company's files say of them as a colleague stays, with their account: it is "
            "erased where it comes from, when they leave."
        )
    return (
        "They worked here: what the company's files say of them as a colleague stays until those files leave it out. "
        "What they had to do with a candidate is erased with each ask."
    )


def not_reached(person: Person) -> str:
    """Where else there is a record of theirs, which is to be erased there too; "" where we know of none."""
    systems = [place.system for place in places_of(person)]
    if not systems:
        return ""
    named = " and ".join(systems)
    return (
        f"There is, or may be, a record of them in {named} as well, which erasing them here does not reach: erase it "
        "there, too."
    )


def let_go(asks: Sequence[Ask]) -> None:
    """Erase asks; that they were made stays as keyed hashes (Claim), and those who were named are people of their own.

    A name loses the way to its giver, and with it the permission to tell who it was. An introduction that somebody
    wanted to make themselves goes with the ask.
    """
    tallies.keep_asks(asks)
    Referral.objects.filter(ask__in=asks, vip__isnull=False).update(ask=None, permission={})
    Ask.objects.filter(pk__in=[ask.pk for ask in asks]).delete()


def forget_offers(offers: Sequence[Offer]) -> None:
    """Erase offers that are not there any more where they came from, with their declines and asks."""
    asks = list(Ask.objects.filter(decline__offer__in=offers))
    _unlink_confidences(asks)
    let_go(asks)
    tallies.keep_declines(list(Decline.objects.filter(offer__in=offers)))
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).delete()


def forget_gone(candidates: Sequence[Candidate], workspace: Workspace, *, on: date) -> None:
    """Erase records that the system has deleted or made anonymous from which they came.

    Files do not bring them back, nor does a restored backup; only that system may tell of them again (`tell_again`).
    Nobody opted out by that, and people named are none of that system's business.
    """
    going = Person(candidates=list(candidates))
    leaving = {one.pk for one in candidates}
    marks = {
        key
        for one in candidates
        for key in keys_of(_known_by_record(one) if _remains(one, leaving) else one, workspace)
    }
    listed = [Mark(workspace.pk, key, on, GONE) for key in sorted(marks)]
    _remember(listed, (), workspace)
    _forget_words_about(going)
    _remove(going)
    audit.write(None, "erased_gone", workspace, records=len(candidates))
    write_down(listed)


def put_away(candidates: Sequence[Candidate]) -> None:
    """Take away records that are not for us any more, whatever hangs on them; nobody asked to be forgotten."""
    _remove(Person(candidates=list(candidates)))


def tell_again(keys: Iterable[str], workspace: Workspace, *, on: date) -> None:
    """Take those off the list of whom the system tells anew that had deleted them: `keys` are theirs."""
    by_listed = {of_gone(key): key for key in keys}
    rows = Erasure.objects.filter(key__in=list(by_listed))
    back = [Mark(workspace.pk, by_listed[row.key], on, BACK) for row in rows]
    if back:
        rows.delete()
        write_down(back)


def forget_again(workspace: Workspace) -> int:
    """Erase whoever is on the erasure list and is there all the same: after a restore. Returns how many rows."""
    listed = set(Erasure.objects.values_list("key", flat=True))
    if not listed:
        return 0
    person = Person(
        [
            one
            for one in Candidate.objects.iterator(BLOCK)
            if not listed.isdisjoint(with_gone(keys_of(one, workspace)))
        ],
        [
            one
            for one in Vip.objects.prefetch_related("marks").iterator(BLOCK)
            if not listed.isdisjoint(_name_keys(one, workspace))
        ],
    )
    if person.rows:
        _forget_words_about(person)
        _remove(person)
        audit.write(None, "erased_again", workspace, records=len(person.candidates), names=len(person.names))
    return len(person.rows)


def bring_back(workspace: Workspace, *, erased: Iterable[tuple[str, date]], opted_out: Iterable[str]) -> None:
    """Put keys into the erasure list and the opt-outs which a backup does not have."""
    Erasure.objects.bulk_create(
        [Erasure(workspace=workspace, key=key, erased_on=day) for key, day in erased],
        ignore_conflicts=True,
        batch_size=BLOCK,
    )
    OptOut.objects.bulk_create(
        [OptOut(workspace=workspace, key=key) for key in opted_out], ignore_conflicts=True, batch_size=BLOCK
    )


def written_down() -> list[Mark]:
    """Who is to stay erased, by the file; none where there is no file. A line that a crash cut off is passed over."""
    file = _file()
    if not file.exists():
        return []
    marks: dict[tuple[int, str, str], Mark] = {}
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        if not (words := _LINE.fullmatch(line)):
            continue
        mark = Mark(int(words[1]), words[2], date.fromisoformat(words[3]), words[4])
        if mark.kind == BACK:
            marks.pop((mark.workspace_id, mark.key, GONE), None)
        else:
            marks[mark.workspace_id, mark.key, mark.kind] = mark
    return list(marks.values())


def write_down(marks: Iterable[Mark]) -> None:
    """Add to the file. The last step of an erasure: where it cannot be written, nothing is erased."""
    lines = "".join(f"{mark.workspace_id} {mark.key} {mark.day} {mark.kind}\n" for mark in marks)
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"\n{lines}")  # on lines of their own, also after one that a crash cut off
        out.flush()
        os.fsync(out.fileno())


def _file() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / FILE


def _remember(marks: Iterable[Mark], never_asked: Iterable[str], workspace: Workspace) -> None:
    bring_back(workspace, erased=((mark.listed_as, mark.day) for mark in marks), opted_out=never_asked)


def _known_by_record(candidate: Candidate) -> Candidate:
    """The same without address and profile."""
    return Candidate(external_id=candidate.external_id)


def _remains(candidate: Candidate, going: set[int]) -> bool:
    """Whether the same human being has a record that stays."""
    return any(one.pk not in going for one in same_humans([candidate]))


def _name_keys(vip: Vip, workspace: Workspace) -> set[str]:
    keys = vip_keys(vip, workspace)
    return {*keys, *map(of_name_only, keys)}


def _keep_imports_out(workspace: Workspace) -> None:
    """Wait for an import that is being taken in, and let none begin before this is done: it reads the list first."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def _remove(person: Person) -> None:
    """Every row of theirs, with all that hangs on it."""
    mark_stale([candidate.pk for candidate in namesakes(person.candidates)])
    asks = list(Ask.objects.filter(candidate__in=person.candidates))
    _unlink_confidences(asks)
    let_go(asks)
    tallies.keep_declines(list(Decline.objects.filter(candidate__in=person.candidates)))
    tallies.keep_names(person.names)
    for row in (*person.candidates, *person.names):
        row.delete()


def _unlink_confidences(asks: Iterable[Ask]) -> None:
    """Nothing leads any more from names given in confidence to these asks."""
    for ask in asks:
        for confidence in confidences_of(ask):
            # Of the same length as before: the row does not tell that its way back is gone.
            confidence.source = source_text(0)
            confidence.save(update_fields=["source"])
            Weighing.objects.filter(referral=confidence).update(referrer_why="")


def _forget_answers() -> None:
    """What programs were answered within a day, to be told the same again: encrypted, so not to be looked through."""
    ApiAnswer.objects.exclude(status=None).update(body="")


def _forget_words_about(person: Person) -> None:
    """What is kept for a while and quotes them: forwarded replies, calls not understood, words about an import."""
    # Whom a call is about that nobody could understand, nobody can tell; asking finds what it would have told.
    Delivery.objects.filter(state=DeliveryState.UNREADABLE).update(body="")
    _forget_answers()
    rows: list[Candidate | Vip] = [*person.candidates, *person.names]
    named = {row.name.casefold() for row in rows if len(row.name.split()) > 1}
    named |= {address.casefold() for row in rows for address in (row.email, row.mailbox) if address}
    if not named:
        return

    def about(text: object) -> bool:
        words = str(text).casefold()
        return any(name in words for name in named)

    for reply in Reply.objects.iterator(BLOCK):
        if about(reply.text):
            reply.delete()
    for done in Import.objects.only("counts", "problems").iterator(BLOCK):
        examples = done.counts.get("examples", [])
        kept = [example for example in examples if not about(example)]
        problems = [problem for problem in done.problems if not about(problem)]
        if len(kept) < len(examples) or len(problems) < len(done.problems):
            if examples:
                done.counts["examples"] = kept
            done.problems = problems
            done.save(update_fields=["counts", "problems"])
