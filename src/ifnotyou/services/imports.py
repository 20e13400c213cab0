"""The company's files on their way in: read, shown to a person, then taken in all at once or not at all.

reading -> ready -> committing -> done; besides: columns (what is which could not be told: a person says it, and
"reading" begins anew), failed, thrown_away. The work of "reading" and "committing" is done by jobs, which may be run
again at any time: a job whose import has moved on does nothing, and the same files twice change nothing.
So an import whose worker was killed is simply run again; one that nobody ran
again for a day is told as failed (`sweep`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from ifnotyou.files import read_company
from ifnotyou.files.chosen import Chosen
from ifnotyou.files.look import look_at
from ifnotyou.files.problems import NotTold, Problem, UnusableFiles, visible
from ifnotyou.models import Import, User, Workspace
from ifnotyou.playbook.errors import PlaybookError, Refusal
from ifnotyou.playbook.records import Records
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, habits, happenings, leaving, uploads
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.happenings import Kind
from ifnotyou.services.later import later
from ifnotyou.services.people import match_colleagues
from ifnotyou.services.storing import Counts, Watch, compare, current_workspace_id, store

MOST_PROBLEMS_KEPT = 500
SILENT_FOR = timedelta(minutes=10)
"""So long without a sign of life, and the work on an import may be given up by a person."""
STALE_AFTER = timedelta(days=1)

OUR_FAULT = (
    "Something went wrong in the program. Nothing was taken in. Try it once more; if it happens again, whoever runs "
    "ifnotyou finds the cause in its log."
)


class State(StrEnum):
    """Where an import stands."""

    READING = "reading"
    COLUMNS = "columns"
    READY = "ready"
    COMMITTING = "committing"
    DONE = "done"
    FAILED = "failed"
    THROWN_AWAY = "thrown_away"


OPEN = frozenset({State.READING, State.COLUMNS, State.READY, State.COMMITTING})
AT_WORK = frozenset({State.READING, State.COMMITTING})


@dataclass(frozen=True)
class Outcome:
    """What files did, or would do, and what was wrong with them."""

    counts: Counts
    problems: Sequence[Problem]


def preview(path: Path, *, watch: Watch | None = None) -> Outcome:
    """What taking these files in would change. Writes nothing; raises UnusableFiles."""
    records, problems = _read(path)
    return _outcome(compare(records, watch=watch), problems)


def bring_in(path: Path, *, by: User | None = None, watch: Watch | None = None) -> Outcome:
    """Take files in at once, all of them or nothing, and keep that it was done.

    Raises UnusableFiles, and a Refusal while another import is at work.
    """
    records, problems = _read(path)
    with transaction.atomic():
        workspace = _locked_workspace()
        if Import.objects.filter(state=State.COMMITTING).exists():
            raise Refusal("one_at_a_time", "Another import is being taken in. Try again when it is done.")
        had_left = leaving.who_had_left()
        counts = store(records, watch=watch)
        _after(counts, workspace)
        problems = _left_out(had_left, problems, by)
        done = Import.objects.create(
            workspace=workspace,
            by=by,
            name=_shown_name(path.name),
            state=State.DONE,
            finished_at=timezone.now(),
            **_kept(_outcome(counts, problems)),
        )
        _write_down(done, by, counts)
        _tell_ended(done)
    return _outcome(counts, problems)


def begin(*, by: User, name: str, chunks: Iterable[bytes]) -> Import:
    """Keep an uploaded zip and let a job read it. Refuses while another import is open."""
    _refuse_second()
    path = uploads.keep(chunks)
    try:
        return _begun(by, name, path)
    except BaseException:
        uploads.forget(path)
        raise


def open_import() -> Import | None:
    """The import that somebody still has to wait for or decide on; there is one at most."""
    return Import.objects.filter(state__in=OPEN).order_by("-pk").first()


def read_upload(import_id: int) -> None:
    """The job behind "reading": find out what an upload would change, and keep that for the person who decides."""
    found = Import.objects.filter(pk=import_id, state=State.READING).first()
    if found is None:
        return
    path = Path(found.path)
    try:
        uploads.tell(path, 0, "Reading the files")
        outcome = preview(path, watch=_telling(path, "Comparing"))
    except NotTold as error:
        if _can_be_looked_at(path):
            _move(found, State.COLUMNS, error=str(error))
        else:
            _fail(found, str(error))
        return
    except PlaybookError as error:
        _fail(found, str(error))
        return
    except Exception:
        _fail(found, OUR_FAULT)
        raise
    _move(found, State.READY, **_kept(outcome))


def read_anew(found: Import) -> None:
    """Read an upload once more, in the transaction that kept what somebody said about it."""
    if found.state not in {State.COLUMNS, State.READY} or not _move(
        found, State.READING, error="", counts={}, problems=[], problem_count=0
    ):
        raise _moved_on()
    uploads.tell(Path(found.path), 0, "Waiting for its turn")
    later("read_import", once=f"read-import-{found.pk}", **_named(found))


def take_in(found: Import, *, by: User) -> None:
    """A person has seen the preview and says yes: let a job do it. Said twice, it is done once."""
    with transaction.atomic():
        if not _move(found, State.COMMITTING, only_from=State.READY):
            raise Refusal("not_ready", "This import is not waiting for a yes any more.")
        uploads.tell(Path(found.path), 0, "Waiting for its turn")
        later("commit_import", once=f"commit-import-{found.pk}", **_named(found))
        audit.write(by, "took_in", found)


def commit_upload(import_id: int) -> None:
    """The job behind "committing": take an upload in, all of it or nothing."""
    found = Import.objects.filter(pk=import_id, state=State.COMMITTING).first()
    if found is None:
        return
    path = Path(found.path)
    try:
        uploads.tell(path, 0, "Reading the files")
        _commit(found, path)
    except PlaybookError as error:
        _fail(found, str(error))
        return
    except Exception:
        _fail(found, OUR_FAULT)
        raise
    uploads.forget(path)


def throw_away(found: Import, *, by: User) -> None:
    """Take nothing in and delete the upload. Refuses while it is being taken in, unless that went silent."""
    if found.state == State.COMMITTING and not is_silent(found):
        raise Refusal("at_work", "It is being taken in this very moment.")
    with transaction.atomic():
        if not _move(found, State.THROWN_AWAY, finished_at=timezone.now(), counts={}, problems=[]):
            raise _moved_on()
        audit.write(by, "threw_away", found)
    uploads.forget(Path(found.path))


def is_silent(found: Import) -> bool:
    """Whether nothing has been heard of the work on it for a while."""
    heard = uploads.progress(Path(found.path))
    return timezone.now() - (heard.heard_at if heard else found.started_at) > SILENT_FOR


def sweep() -> None:
    """Give up imports that nobody worked on for a day, and forget what the files of ended ones said (the calendar)."""
    oldest = timezone.now() - STALE_AFTER
    for found in Import.objects.filter(state__in=OPEN, started_at__lt=oldest):
        heard = uploads.progress(Path(found.path))
        if heard is None or heard.heard_at < oldest:
            _fail(found, "Nothing happened for a day. Nothing was taken in. Upload the files again.")
    # What was wrong with the files quotes them: names, addresses.
    Import.objects.filter(state=State.DONE, finished_at__lt=oldest).exclude(problems=[]).update(problems=[])
    uploads.forget_strays(
        set(Import.objects.filter(state__in=OPEN).values_list("path", flat=True)), STALE_AFTER
    )


def _after(counts: Counts, workspace: Workspace) -> None:
    """What follows from new facts. The declines are judged by a job: that takes longer than others can wait."""
    if not counts.anything:
        return
    match_colleagues(workspace)
    habits.refresh(workspace)
    mark_stale(counts.changed_candidates)
    # Without a key: a job that runs already may have looked before these were marked.
    later("judge_stale", workspace_id=workspace.pk)
    later("follow_ats", workspace_id=workspace.pk)


def _left_out(had_left: frozenset[int], problems: Sequence[Problem], by: User | None) -> tuple[Problem, ...]:
    """Whoever has left loses access in this very moment; told with the problems, if somebody could not be let go."""
    kept = leaving.follow_files(had_left, by=by, now=timezone.now())
    told = [Problem("employees.csv", None, "active", words) for words in leaving.told_of_kept(kept)]
    return (*told, *problems)


def _begun(by: User, name: str, path: Path) -> Import:
    with transaction.atomic():
        workspace = _locked_workspace()
        _refuse_second()
        fresh = Import.objects.create(
            workspace=workspace, by=by, name=_shown_name(name), path=str(path), state=State.READING
        )
        later("read_import", once=f"read-import-{fresh.pk}", **_named(fresh))
        audit.write(by, "uploaded", fresh)
    return fresh


def _commit(found: Import, path: Path) -> None:
    records, problems = _read(path)
    with transaction.atomic():
        workspace = _locked_workspace()
        had_left = leaving.who_had_left()
        counts = store(records, watch=_telling(path, "Taking in"))
        uploads.tell(path, 100, "Learning what people usually answer")
        _after(counts, workspace)
        problems = _left_out(had_left, problems, found.by)
        if not _move(found, State.DONE, finished_at=timezone.now(), **_kept(_outcome(counts, problems))):
            raise _moved_on()
        _write_down(found, found.by, counts)


def _refuse_second() -> None:
    if open_import():
        raise Refusal("one_at_a_time", "Another import is open. Finish it or throw it away first.")


def _read(path: Path) -> tuple[Records, tuple[Problem, ...]]:
    workspace = Workspace.objects.get(pk=current_workspace_id())
    return read_company(path, policy_of(workspace).files, timezone.localdate(), chosen_of(workspace))


def chosen_of(workspace: Workspace) -> Chosen:
    """What somebody said of the company's exports (services/columns.py)."""
    kept = workspace.columns
    words = {name: tuple(words) for name, words in kept.get("words", {}).items()}
    return Chosen(kept.get("files", {}), kept.get("headers", {}), words)


def _can_be_looked_at(path: Path) -> bool:
    """Whether there are CSV files in it, of which somebody may say what they are."""
    try:
        return any(one.cells for one in look_at(path))
    except UnusableFiles:
        return False


def _outcome(counts: Counts, problems: Sequence[Problem]) -> Outcome:
    """What the files did, with a word on whoever was left out because they asked to be forgotten."""
    if not counts.forgotten:
        return Outcome(counts, problems)
    who = "1 candidate" if counts.forgotten == 1 else f"{counts.forgotten} candidates"
    left_out = Problem("candidates.csv", None, None, f"{who} left out: asked to be forgotten.")
    return Outcome(counts, [left_out, *problems])


def _locked_workspace() -> Workspace:
    """The workspace, held until the transaction ends: two imports never write at once."""
    return Workspace.objects.select_for_update().get(pk=current_workspace_id())


@transaction.atomic
def _move(found: Import, to: State, *, only_from: State | None = None, **fields: Any) -> bool:
    """Bring an import to another state, if it still is where we saw it."""
    before = only_from or found.state
    moved = Import.objects.filter(pk=found.pk, state=before).update(state=to, **fields)
    if moved:
        found.state = to
        if to not in OPEN:
            _tell_ended(found)
    return bool(moved)


def _tell_ended(ended: Import) -> None:
    happenings.tell_of(Kind.IMPORT_ENDED, {"import_id": ended.pk}, ended.workspace_id, timezone.now())


def _fail(found: Import, words: str) -> None:
    if _move(found, State.FAILED, error=words, finished_at=timezone.now(), counts={}, problems=[]):
        uploads.forget(Path(found.path))


def _kept(outcome: Outcome) -> dict[str, Any]:
    """The columns that say what files did or would do."""
    return {
        "counts": {
            "tables": outcome.counts.as_dict(),
            "examples": [asdict(example) for example in outcome.counts.examples],
        },
        "problems": [asdict(problem) for problem in outcome.problems[:MOST_PROBLEMS_KEPT]],
        "problem_count": len(outcome.problems),
    }


def _write_down(done: Import, by: User | None, counts: Counts) -> None:
    tallies = counts.tables.values()
    new, changed = sum(t.new for t in tallies), sum(t.changed for t in tallies)
    audit.write(by, "imported", done, new=new, changed=changed)


def _telling(path: Path, words: str) -> Watch:
    """A watch that writes the progress beside an upload, when there is something new to say."""
    told = ""

    def watch(done: int, total: int, name: str) -> None:
        nonlocal told
        percent = 100 * done // max(total, 1)
        if (now := f"{percent} {name}") != told:
            told = now
            uploads.tell(path, percent, f"{words}: {name}")

    return watch


def _named(found: Import) -> dict[str, int]:
    return {"workspace_id": found.workspace_id, "import_id": found.pk}


def _shown_name(name: str) -> str:
    return visible(name)[:255]


def _moved_on() -> Refusal:
    return Refusal("moved_on", "This import has ended already.")
