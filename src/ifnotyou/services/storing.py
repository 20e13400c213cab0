"""Records into the workspace: what is new is added, what changed is changed, nothing is deleted.

Table by table and block by block: of the rows that are there, only the digests
of one block are looked at, so that the size of the company does not matter.
Whoever asked to be forgotten is left out, with all that the records say of them.
What comes by an interface is a part of the company (`store_part`); files are all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django_scopes import get_scope

from ifnotyou.models import Candidate, Erasure, Interview, Message, Offer, Pulse, Scorecard, Workspace
from ifnotyou.playbook.people import mailbox, profile
from ifnotyou.playbook.records import Candidate as CandidateRecord
from ifnotyou.playbook.records import Offer as OfferRecord
from ifnotyou.playbook.records import Records
from ifnotyou.queries.erased import with_gone
from ifnotyou.queries.humans import keys_of
from ifnotyou.services.bulk import Bulk
from ifnotyou.services.merging import bring_together
from ifnotyou.services.rows import BY_HAND, TABLES, Row, Table, ident

BLOCK = 2000
MOST_EXAMPLES = 20

_DERIVED = {"mailbox", "profile", "namesake"}
_Item = TypeVar("_Item")

Watch = Callable[[int, int, str], None]
"""Told after each block: how many rows are done, of how many, and of which file they were."""


@dataclass
class Tally:
    """What happened, or would happen, to the rows of one file; `kept` are in the workspace and not in the export."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Example:
    """A row that changes: of which file, whose it is, and which of its columns."""

    table: str
    name: str
    columns: tuple[str, ...]


@dataclass
class Counts:
    """What an import does, by file. `changed_candidates` (only of `store`) are those with new or changed facts.

    `forgotten` counts the candidates of the files who are left out, because they asked to be forgotten. `candidates`
    and `new_candidates` (only of `store_part`) are those who are told of, by external id, and who of them is new.
    """

    forgotten: int = 0
    tables: dict[str, Tally] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    changed_candidates: set[int] = field(default_factory=set)
    candidates: dict[str, int] = field(default_factory=dict)
    new_candidates: set[int] = field(default_factory=set)

    @property
    def anything(self) -> bool:
        """Whether a row is new or changed."""
        return any(tally.new or tally.changed for tally in self.tables.values())

    def as_dict(self) -> dict[str, dict[str, int]]:
        """The counts as they are kept and printed."""
        return {name: dict(vars(tally)) for name, tally in self.tables.items()}


def store(records: Records, *, watch: Watch | None = None) -> Counts:
    """Bring all records into the workspace of the current scope. The caller holds the one transaction for it."""
    return _Storing(records, watch).run()


def store_part(records: Records, colleagues: Mapping[str, int], *, read_at: datetime) -> Counts:
    """Bring in what is told of some candidates, or of colleagues alone; costs as much as they are, and no more.

    `colleagues` are the primary keys of those whom it names, by external id; `read_at` is kept with the offers that are
    new or changed. Nothing is counted as `kept`. The caller holds the one transaction for it.
    """
    return _StoringPart(records, colleagues, read_at).run()


def compare(records: Records, *, watch: Watch | None = None) -> Counts:
    """What `store` would do, with some examples of what changes. Writes nothing."""
    return _Comparing(records, watch).run()


def current_workspace_id() -> int:
    """The workspace of the current scope."""
    workspace: Workspace | int = get_scope()["workspace"]
    return workspace.pk if isinstance(workspace, Workspace) else workspace


@dataclass
class _Existing:
    """A row of the database, as far as a comparison needs it."""

    pk: int
    digest: str
    candidate_id: int = 0
    do_not_contact: bool = False


@dataclass
class _Block:
    """Some rows of a file, and what is there of them: `there` has its primary keys."""

    new: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, _Existing]] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    there: dict[str, int] = field(default_factory=dict)


class _Comparing:
    """One way through all files. `whole`: they tell of everybody, so that what they leave out can be counted."""

    whole = True

    def __init__(self, records: Records, watch: Watch | None) -> None:
        forgotten = _forgotten(records, files=self.whole)
        self.records = records = _without(forgotten, records)
        self.counts = Counts(forgotten=len(forgotten))
        self._watch = watch or (lambda _done, _total, _name: None)
        self._total = sum(table.size(records) for table in TABLES)
        self._done = 0

    def run(self) -> Counts:
        """Table by table, those first that others point at."""
        for table in TABLES:
            self._go_through(table)
        return self.counts

    def begin(self, table: Table) -> None:
        """Called before the first block of a table."""

    def take(self, table: Table, block: _Block) -> None:
        """Called with each block."""
        for row, existing in block.changed[: MOST_EXAMPLES - len(self.counts.examples)]:
            self.counts.examples.append(_example(table, row, existing, self.records))

    def finish(self, table: Table) -> None:
        """Called after the last block of a table."""

    def _go_through(self, table: Table) -> None:
        tally = self.counts.tables[table.name] = Tally()
        if self.whole:
            rows_of_files = table.model.objects.exclude(**{f"{table.found_by}__startswith": BY_HAND})
            tally.kept = rows_of_files.count()
        is_empty = not table.model.objects.exists()
        self.begin(table)
        for rows in _blocks(table.rows(self.records)):
            block = _Block(new=rows) if is_empty else _sorted_out(table, rows)
            self.take(table, block)
            tally.new += len(block.new)
            tally.changed += len(block.changed)
            tally.unchanged += len(block.unchanged)
            found = [*block.unchanged, *(row for row, _ in block.changed)]
            tally.kept -= self.whole * sum(not row.key.startswith(BY_HAND) for row in found)
            self._done += len(rows)
            self._watch(self._done, self._total, table.name)
        self.finish(table)


class _Storing(_Comparing):
    """The same way, writing what is new and what changed."""

    def __init__(self, records: Records, watch: Watch | None) -> None:
        super().__init__(records, watch)
        self._workspace = current_workspace_id()
        self._pks: dict[str, dict[str, int]] = {}
        self._changed: dict[str, set[str]] = {"employees": set(), "candidates": set(), "jobs": set()}
        self._moved: dict[int, tuple[int, int]] = {}

    def run(self) -> Counts:
        """Write, then see whom it concerns."""
        counts = super().run()
        self._keep_them_one()
        candidates = self._pks["candidates"]
        counts.changed_candidates.update(candidates[key] for key in self._changed["candidates"])
        counts.changed_candidates.update(self._concerned())
        return counts

    def begin(self, table: Table) -> None:
        """Put the statements for this table together."""
        self._bulk = Bulk(table.model, self._columns(table))
        self._links = [(attrgetter(field), self._pks[file]) for file, field in table.links.values()]

    def take(self, table: Table, block: _Block) -> None:
        """Write what is new and what changed."""
        changed = [_sticky(table, row, existing) for row, existing in block.changed]
        self._bulk.add(self._as_columns(row) for row in block.new)
        self._bulk.change(
            (existing.pk, self._as_columns(row))
            for row, (_, existing) in zip(changed, block.changed, strict=True)
        )
        if table.name == "candidates":
            self._changed["candidates"].update(row.key for row in block.new)
        if table.name in self._changed:
            self._changed[table.name].update(row.key for row in changed)
        else:
            candidates = self._pks["candidates"]
            told = (ident(row.record.candidate_id) for row in (*block.new, *changed))
            self.counts.changed_candidates.update(candidates[key] for key in told)
            # What was another candidate's before concerns that one too.
            self.counts.changed_candidates.update(existing.candidate_id for _, existing in block.changed)
        if table.model is Offer:
            self._see_who_moved(block)

    def finish(self, table: Table) -> None:
        """Learn the primary keys of what others point at."""
        if table.name in self._changed:
            pks = table.model.objects.values_list(table.found_by, "pk")
            self._pks[table.name] = dict(pks.iterator(chunk_size=BLOCK))

    def _columns(self, table: Table) -> list[str]:
        return ["workspace_id", table.found_by, *table.columns, *table.links, "digest"]

    def _as_columns(self, row: Row) -> list[Any]:
        """A row with the primary keys of what it points at; None for a job that is not named."""
        ids = [(get(row.record), pks) for get, pks in self._links]
        links = [pks[ident(id_)] if id_ else None for id_, pks in ids]
        return [self._workspace, row.key, *row.values, *links, row.digest]

    def _see_who_moved(self, block: _Block) -> None:
        """Note the offers that are another candidate's than before, with both."""
        for row, existing in block.changed:
            now = self._pks["candidates"][ident(row.record.candidate_id)]
            if now != existing.candidate_id:
                self._moved[existing.pk] = existing.candidate_id, now

    def _keep_them_one(self) -> None:
        """Whose offer is another candidate's now was merged where the records come from: nobody asks twice for it."""
        if self._moved:
            bring_together(self._moved, Workspace.objects.get(pk=self._workspace))

    def _concerned(self) -> Iterator[int]:
        """The candidates around jobs and employees that changed."""
        jobs = [self._pks["jobs"][key] for key in self._changed["jobs"]]
        for some in _blocks(jobs):
            yield from Offer.objects.filter(job__in=some).values_list("candidate_id", flat=True)
        employees = [self._pks["employees"][key] for key in self._changed["employees"]]
        for some in _blocks(employees):
            for fact in (Interview, Scorecard, Message, Pulse):
                met = fact.objects.filter(employee__in=some).values_list("candidate_id", flat=True)
                yield from met.distinct()


class _StoringPart(_Storing):
    """The same of a part: it looks at no more rows than it was given."""

    whole = False

    def __init__(self, records: Records, colleagues: Mapping[str, int], read_at: datetime) -> None:
        super().__init__(records, None)
        self._pks = {"employees": dict(colleagues), "candidates": {}, "jobs": {}}
        self._read_at = read_at
        self._new: list[str] = []

    def run(self) -> Counts:
        """The same, and who it was about."""
        counts = super().run()
        counts.candidates = self._pks["candidates"]
        return counts

    def begin(self, table: Table) -> None:
        """Put the statements for this table together."""
        super().begin(table)
        self._new.clear()
        if table.model is Offer:
            self._bulk = Bulk(Offer, [*self._columns(table), "read_at"])

    def take(self, table: Table, block: _Block) -> None:
        """Write it, and see what is new and what is there."""
        super().take(table, block)
        if table.name in self._changed:
            self._new += [row.key for row in block.new]
            self._pks[table.name].update(block.there)

    def finish(self, table: Table) -> None:
        """Learn the primary keys of what was told."""
        for some in _blocks(self._new):
            rows = table.model.objects.filter(**{f"{table.found_by}__in": some})
            fresh = dict(rows.values_list(table.found_by, "pk"))
            self._pks[table.name].update(fresh)
            if table.name == "candidates":
                self.counts.new_candidates.update(fresh.values())

    def _as_columns(self, row: Row) -> list[Any]:
        columns = super()._as_columns(row)
        return [*columns, self._read_at] if isinstance(row.record, OfferRecord) else columns

    def _go_through(self, table: Table) -> None:
        if table.size(self.records):
            super()._go_through(table)


def _forgotten(records: Records, *, files: bool) -> set[str]:
    """The ids of the candidates who asked to be forgotten; costs nothing where nobody did.

    Files do not bring those back either whom another system has deleted.
    """
    if not Erasure.objects.exists():
        return set()
    workspace = Workspace.objects.get(pk=current_workspace_id())
    found: set[str] = set()
    for some in _blocks(records.candidates.items()):
        keys = {id_: keys_of(known_by(id_, told), workspace) for id_, told in some}
        if files:
            keys = {id_: with_gone(own) for id_, own in keys.items()}
        asked = [key for own in keys.values() for key in own]
        erased = set(Erasure.objects.filter(key__in=asked).values_list("key", flat=True))
        found.update(id_ for id_, own in keys.items() if not erased.isdisjoint(own))
    return found


def known_by(id_: str, told: CandidateRecord) -> Candidate:
    """A row that has what keys are made of, and nothing else."""
    return Candidate(external_id=ident(id_), mailbox=mailbox(told.email), profile=profile(told.linkedin_url))


def _without(candidates: set[str], records: Records) -> Records:
    """The records, but for these candidates and what is about them."""
    if not candidates:
        return records

    def others(told: Sequence[Any]) -> list[Any]:
        return [one for one in told if one.candidate_id not in candidates]

    return replace(
        records,
        candidates={id_: told for id_, told in records.candidates.items() if id_ not in candidates},
        offers=others(records.offers),
        interviews=others(records.interviews),
        scorecards=others(records.scorecards),
        messages=others(records.messages),
        pulses=others(records.pulses),
    )


def _blocks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while block := list(islice(rest, BLOCK)):
        yield block


def _sorted_out(table: Table, rows: Sequence[Row]) -> _Block:
    """Which of these rows are new, which changed: one query."""
    more = {"candidate_id"} & table.links.keys() | {"do_not_contact"} & set(table.columns)
    there = table.model.objects.filter(**{f"{table.found_by}__in": [row.key for row in rows]})
    existing = {
        found[table.found_by]: _Existing(found["pk"], found["digest"], **{name: found[name] for name in more})
        for found in there.values(table.found_by, "pk", "digest", *more)
    }
    block = _Block(there={key: known.pk for key, known in existing.items()})
    for row in rows:
        known = existing.get(row.key)
        if known is None:
            block.new.append(row)
        elif known.digest == row.digest:
            block.unchanged.append(row)
        else:
            block.changed.append((row, known))
    return block


def _sticky(table: Table, row: Row, existing: _Existing) -> Row:
    """The row as it is to be written: whoever asked not to be contacted has asked for ever."""
    if not existing.do_not_contact:
        return row
    values = list(row.values)
    values[table.columns.index("do_not_contact")] = True
    return row._replace(values=tuple(values))


def _example(table: Table, row: Row, existing: _Existing, records: Records) -> Example:
    """What of a row changes, in the columns of the file."""
    wanted = _sticky(table, row, existing)
    now = table.model.objects.values_list(*table.columns).get(pk=existing.pk)
    return Example(
        table.name,
        _name(row.record, records),
        tuple(
            name
            for name, old, new in zip(table.columns, now, wanted.values, strict=True)
            if name not in _DERIVED and old != (list(new) if isinstance(new, tuple) else new)
        ),
    )


def _name(record: Any, records: Records) -> str:
    """Whose record it is, in words: a person, a seat, or who met whom."""
    own = getattr(record, "name", "") or getattr(record, "title", "")
    if own:
        return str(own)
    if not hasattr(record, "candidate_id"):
        return str(record.id)
    names = [records.candidates[record.candidate_id].name]
    if hasattr(record, "employee_id"):
        names.append(records.employees[record.employee_id].name)
    return " and ".join(names)
