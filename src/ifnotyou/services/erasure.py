"""Erasing a human being: every row of theirs goes, and keyed hashes stay that prove that nobody may ask again.

The hashes stand in three places, so that nobody comes back by another way: opt-outs (nobody writes to them), the
erasure list (imports leave them out, a restored backup loses them again), and the same list in a file beside the
database, for the day on which the database is lost.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ifnotyou.models import (
    Ask,
    Candidate,
    Decline,
    Erasure,
    Import,
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
from ifnotyou.queries.humans import keys_of, namesakes, vip_keys
from ifnotyou.queries.person import Person, whole
from ifnotyou.services import audit, once, tallies
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later

FILE = "erased.txt"
"""In DATA_DIR: a line "workspace hash day kind" for each keyed hash, only ever added to."""

BLOCK = 500

_LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64}) ([0-9]{4}-[0-9]{2}-[0-9]{2}) (person|name)")

PERSON, NAME = "person", "name"
"""What was erased: all that there was of somebody, or only that they were named to us."""


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
        return self.key if self.kind == PERSON else of_name_only(self.key)


def of_name_only(key: str) -> str:
    """What stands in the list for a key where only the name was erased: it means nobody's record as a candidate."""
    return hashlib.sha256(f"named:{key}".encode()).hexdigest()


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

    Nobody is told but the book, and the book not who. What there is of them as a candidate stays, for that is
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
    tallies.keep_names(person.names)
    for name in person.names:
        name.delete()
    audit.write(None, "forgotten", workspace, names=1)
    write_down(marks)


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


def let_go(asks: Sequence[Ask]) -> None:
    """Erase asks; that they were made stays as keyed hashes (Claim), and those who were named are people of their own.

    A name loses the way to its giver, and with it the permission to tell who it was. An introduction that somebody
    wanted to make themselves goes with the ask.
    """
    tallies.keep_asks(asks)
    Referral.objects.filter(ask__in=asks, vip__isnull=False).update(ask=None, permission={})
    Ask.objects.filter(pk__in=[ask.pk for ask in asks]).delete()


def forget_again(workspace: Workspace) -> int:
    """Erase whoever is on the erasure list and is there all the same: after a restore. Returns how many rows."""
    listed = set(Erasure.objects.values_list("key", flat=True))
    if not listed:
        return 0
    person = Person(
        [one for one in Candidate.objects.iterator(BLOCK) if not listed.isdisjoint(keys_of(one, workspace))],
        [one for one in Vip.objects.iterator(BLOCK) if not listed.isdisjoint(_name_keys(one, workspace))],
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
    """The lines of the file; none where there is no file. A line that a crash cut off is passed over."""
    file = _file()
    if not file.exists():
        return []
    lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    return [Mark(int(w[1]), w[2], date.fromisoformat(w[3]), w[4]) for w in map(_LINE.fullmatch, lines) if w]


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
    for ask in asks:
        for confidence in confidences_of(ask):
            # Of the same length as before: the row does not tell that its way back is gone.
            confidence.source = source_text(0)
            confidence.save(update_fields=["source"])
            Weighing.objects.filter(referral=confidence).update(referrer_why="")
    let_go(asks)
    tallies.keep_declines(list(Decline.objects.filter(candidate__in=person.candidates)))
    tallies.keep_names(person.names)
    for row in (*person.candidates, *person.names):
        row.delete()


def _forget_words_about(person: Person) -> None:
    """What is kept for a while and quotes them: forwarded replies, and what was told about an import."""
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
