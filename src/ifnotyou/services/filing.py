"""Somebody named, into the system for applicants: once, after their host has been in touch; and what became of them.

Once: that we begin to create somebody is committed before the call. Whatever breaks after that leaves CREATING behind,
and from then on they are only looked for; where they are not found, a person looks. No code creates somebody who may be
there already. The other system is never called inside a transaction; whoever holds a filing for an attempt has put its
moment into the row, and everybody else leaves it alone until a pause later, which is longer than an attempt can take.

Nobody goes there who was not taken by a host and written to (playbook rule 7); nothing goes there that they may not be
told themselves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from ifnotyou.connectors.ats.calls import NotThere
from ifnotyou.connectors.ats.contract import Choice, Filed, Newcomer, Question, Standing, TakesPeople
from ifnotyou.connectors.ats.fields import UnreadableRecord
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.models import Connection, Filing, FilingState, User, Vip, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import IN_TOUCH
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.records import JobStatus
from ifnotyou.queries.ats import source_of, to_be_filed
from ifnotyou.queries.filings import label_of
from ifnotyou.queries.names import has_opted_out
from ifnotyou.services import ats, audit
from ifnotyou.services.connections import connector_of
from ifnotyou.services.later import later
from ifnotyou.services.vip_letters import address_of

logger = logging.getLogger("ifnotyou.filing")

SOURCE = "source"
"""The name of the question under which source people come, among the answers of a connection."""

TAG = "VIP (ifnotyou)"

PAUSE = timedelta(minutes=9)
"""After the first attempt, twice as long after each: longer than an attempt can take, waiting for limits included."""

LONGEST_PAUSE = timedelta(days=1)

LOOKS = 3
"""So often somebody who may be there is looked for, before a person is asked to look."""

LONGEST_LINK = 500

BATCH = 50
"""Of so many people we ask at once how far they have come."""

_OPEN = (FilingState.WAITING, FilingState.CREATING, FilingState.COMPLETING)

_OF_THE_CONNECTION = frozenset(
    {
        Trouble.SIGN_IN_REFUSED,
        Trouble.NO_SUCH_SERVER,
        Trouble.BAD_ADDRESS,
        Trouble.PRIVATE_ADDRESS,
        Trouble.NOT_ENCRYPTED,
        Trouble.NOT_TRUSTED,
        Trouble.LEADS_ELSEWHERE,
    }
)
"""What is wrong for everybody alike: nobody is refused for it, and all goes on once it is mended."""


# --- filing


def source_question(connection: Connection) -> Question | None:
    """Under which source people come there: asks the system for its own. None where it takes nobody.

    Nobody is filed before somebody has answered. Raises ConnectorError. Never call it inside a transaction.
    """
    connector = connector_of(connection)
    if not isinstance(connector, TakesPeople):
        return None
    choices = tuple(connector.sources())
    return Question(
        SOURCE,
        "Under which source do people come whom somebody suggested to us?",
        choices,
        answer=_suggested(choices),
        help="Nobody is filed before you have chosen. No colleague is credited with a referral, whatever you choose.",
    )


def file_due(workspace: Workspace, *, now: datetime) -> None:
    """File whoever is due, in every system that people go into. Never call it inside a transaction.

    Only once its accounts have been read: before that nobody knows who of those named works here already.
    """
    connections = Connection.objects.filter(
        workspace=workspace, writes_back=True, paused=False, colleagues_read_at__isnull=False
    )
    for connection in connections.order_by("pk"):
        connector = connector_of(connection)
        if isinstance(connector, TakesPeople) and connection.answers.get(SOURCE):
            _file_all(connection, connector, now)


def newcomer_of(vip: Vip, connection: Connection) -> Newcomer:
    """Somebody named as the other system is told of them: all of it is theirs to read, if they ask."""
    return Newcomer(
        key=f"ifnotyou-{vip.pk}",
        name=vip.name,
        email=address_of(vip),
        profile=vip.found_at,
        company=vip.works_at,
        job_id=_job_there(vip, connection),
        owner_email=vip.host.email if vip.host else "",
        source=connection.answers.get(SOURCE, ""),
        tag=TAG,
        note=note_about(vip),
    )


def note_about(vip: Vip) -> str:
    """What colleagues read of them there: who is their host, and of the source what they are told themselves."""
    them = first_name(vip.name)
    host = vip.host.name if vip.host else vip.workspace.name
    since = f" since {vip.contacted_at:%-d %B %Y}" if vip.contacted_at else ""
    page = f"{settings.PUBLIC_URL}{reverse('name', args=[vip.pk])}"
    source = source_of(vip)
    who = (
        f"{them} was suggested to us, and did not apply by a form. {host} is their host and has been in touch with "
        f"them{since}."
    )
    told = f"What we tell {them} about how we know of them: “{source}” No colleague is to be credited with a referral."
    please = (
        "The same stages and the same bar as for everybody, please, and quick answers. Nobody who was suggested to us "
        f"is turned down by a form: talk with {host} before this application ends."
    )
    parts = [who, told if source else "", please, f"Their page, for those who sign in: {page}"]
    return "\n\n".join(filter(None, parts))


def _suggested(choices: Iterable[Choice]) -> str:
    """One of our name, else the one for referrals; "" where there is none."""
    by_name = {choice.label.strip().casefold(): choice.value for choice in reversed(list(choices))}
    return next((by_name[name] for name in ("ifnotyou", "referral", "referrals") if name in by_name), "")


def _job_there(vip: Vip, connection: Connection) -> str:
    """The role's id there; "" where it does not come from there, or is closed."""
    mark, job = f"{connection.system}:", vip.job
    if job is None or job.status != JobStatus.OPEN or not job.external_id.startswith(mark):
        return ""
    return job.external_id.removeprefix(mark)


def _file_all(connection: Connection, connector: TakesPeople, now: datetime) -> None:
    """One attempt for each who is due; what is wrong with the system itself ends it for this time."""
    began = time.monotonic()
    for key in _due(connection):
        at = now + timedelta(
            seconds=int(time.monotonic() - began)
        )  # a claim holds from now on, not from the first
        filing = _claimed(connection, key, at)
        if filing is None:
            continue
        try:
            _attempt(filing, connector, at)
        except ConnectorError as error:
            logger.warning("filing in %s: %s", connection.system, error.reason_code)
            if not _kept_for_one(filing, error):
                return


def _due(connection: Connection) -> list[int]:
    """The keys of those for whom there may be something to do: who goes there, and who is there and not complete."""
    there = Filing.objects.filter(connection=connection, state=FilingState.COMPLETING)
    done = Filing.objects.filter(connection=connection).exclude(state__in=_OPEN)
    due = {vip.pk for vip in to_be_filed(connection.workspace)} | set(there.values_list("vip_id", flat=True))
    return sorted(due - set(done.values_list("vip_id", flat=True)))


@transaction.atomic
def _claimed(connection: Connection, key: int, now: datetime) -> Filing | None:
    """The filing of this person as they stand now, ours for an attempt; None where there is none to make."""
    vip = Vip.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if vip is None:
        return None
    filing = Filing.objects.filter(connection=connection, vip=vip).first()
    if filing is None:
        filing = Filing(workspace_id=vip.workspace_id, connection=connection, vip=vip)
        if _perhaps_there(vip):
            filing.state = FilingState.CREATING
    if filing.state not in _OPEN or not _its_turn(filing, now) or not _may_go_on(filing, vip):
        return None
    filing.tried_at, filing.attempts = now, filing.attempts + 1
    filing.save()
    return Filing.objects.select_related("connection", "vip__host", "vip__job", "vip__workspace").get(
        pk=filing.pk
    )


def _perhaps_there(vip: Vip) -> bool:
    """Whether they were handed over before, by a file or by a connection that was removed since."""
    filed = Filing.objects.filter(vip=vip).exclude(person="")
    return vip.exported_at is not None and not filed.exists()


def _its_turn(filing: Filing, now: datetime) -> bool:
    if filing.tried_at is None:
        return True
    pause: timedelta = min(PAUSE * 2 ** min(max(filing.attempts - 1, 0), 10), LONGEST_PAUSE)
    return filing.tried_at + pause <= now


def _may_go_on(filing: Filing, vip: Vip) -> bool:
    """Whether they still go there; who is there already is completed, unless they want to be left alone."""
    if filing.state == FilingState.COMPLETING:
        return not vip.set_aside and not has_opted_out(vip, vip.workspace)
    return bool(to_be_filed(vip.workspace, only=vip.pk))


def _attempt(filing: Filing, connector: TakesPeople, now: datetime) -> None:
    """As far as it goes this time. Raises ConnectorError."""
    newcomer = newcomer_of(filing.vip, filing.connection)
    if filing.state != FilingState.COMPLETING:
        filed = connector.find(newcomer)
        if filed is None and filing.state == FilingState.CREATING:
            _look_again(filing, newcomer)
            return
        if filed is None:
            filed = _created(filing, connector, newcomer, now)
        if filed is None or not _keep_there(filing, filed, now):
            return
    connector.complete(Filed(filing.person, filing.link), newcomer)
    _update(filing, [FilingState.COMPLETING], state=FilingState.DONE, problem="", attempts=0, done_at=now)


def _look_again(filing: Filing, newcomer: Newcomer) -> None:
    """They may be there, and were not found: later once more, and then a person looks."""
    nothing_to_look_by = not newcomer.email and not newcomer.profile
    if filing.attempts < LOOKS and not nothing_to_look_by:
        return
    handed_over = filing.vip.exported_at
    why = f"They were handed over on {handed_over:%-d %B %Y}." if handed_over else ""
    _update(filing, [FilingState.CREATING], state=FilingState.UNCERTAIN, problem=why)


def _created(filing: Filing, connector: TakesPeople, newcomer: Newcomer, now: datetime) -> Filed | None:
    """Create them, once. None where they may be there later, or are not to go there any more."""
    attempts = filing.attempts
    if not _begin_to_create(filing, now):
        return None
    try:
        return connector.create(newcomer)
    except ConnectorError as error:
        # An answer that cannot be read is no proof that nothing was done.
        if error.reason_code != Trouble.UNCERTAIN and not isinstance(error, UnreadableRecord):
            _update(filing, [FilingState.CREATING], state=FilingState.WAITING, attempts=attempts)
        raise


@transaction.atomic
def _begin_to_create(filing: Filing, now: datetime) -> bool:
    """From here on they may be there: committed before the call. False where they do not go there any more."""
    vip = Vip.objects.select_for_update(of=("self",)).filter(pk=filing.vip_id).first()
    if vip is None or not to_be_filed(vip.workspace, only=vip.pk):
        return False
    return _update(
        filing, [FilingState.WAITING], state=FilingState.CREATING, attempts=0, tried_at=now, problem=""
    )


@transaction.atomic
def _keep_there(filing: Filing, filed: Filed, now: datetime) -> bool:
    """They are there: they count as handed over. False where somebody said so meanwhile, or they were erased here."""
    before = [FilingState.WAITING, FilingState.CREATING, FilingState.UNCERTAIN]
    if _update(
        filing,
        before,
        state=FilingState.COMPLETING,
        person=filed.candidate_id,
        link=_as_link(filed),
        problem="",
    ):
        Vip.objects.filter(pk=filing.vip_id, exported_at=None).update(exported_at=now)
        audit.write(None, "filed", filing.vip, connection=filing.connection_id)
        return True
    if not Filing.objects.filter(pk=filing.pk).exists():
        # Whoever erased them could not know of it: the book does, so that the record there can be found.
        audit.write(None, "filed_though_erased", filing.connection, person=filed.candidate_id)
    return False


def _kept_for_one(filing: Filing, error: ConnectorError) -> bool:
    """Write down why an attempt ended. False where the next one would fare no better."""
    waits = not error.permanent or error.reason_code in {Trouble.UNCERTAIN, *_OF_THE_CONNECTION}
    if waits or error.reason_code == Trouble.NOT_ALLOWED or filing.state == FilingState.CREATING:
        _update(filing, _OPEN, problem=error.text)
    elif filing.state == FilingState.COMPLETING and isinstance(error, NotThere):
        _update(filing, _OPEN, state=FilingState.UNCERTAIN, person="", link="", problem=error.text)
    else:
        _update(filing, _OPEN, state=FilingState.REFUSED, problem=error.text)
    return not waits


def _update(filing: Filing, states: Sequence[FilingState], **fields: Any) -> bool:
    """Change the filing, if it still is in one of these states; erased meanwhile, it is in none."""
    changed = Filing.objects.filter(pk=filing.pk, state__in=states).update(**fields)
    if changed:
        for name, value in fields.items():
            setattr(filing, name, value)
    return bool(changed)


# --- what a person says


@transaction.atomic
def say_there(filing: Filing, *, person: str = "", link: str = "", by: User, now: datetime) -> Filing:
    """Somebody looked, and they are there; by their id the rest is done and they are followed, without it not.

    Also where the id that somebody gave was not right.
    """
    filing = _locked(filing)
    if filing.state != FilingState.REFUSED or not filing.person:
        _refuse_unless(filing, FilingState.UNCERTAIN)
    filing.person, filing.link, filing.problem = person, link, ""
    filing.state = FilingState.COMPLETING if person else FilingState.DONE
    filing.attempts, filing.tried_at, filing.done_at = 0, None, None if person else now
    filing.save()
    Vip.objects.filter(pk=filing.vip_id, exported_at=None).update(exported_at=now)
    audit.write(by, "said_filed", filing.vip, connection=filing.connection_id)
    _soon()
    return filing


@transaction.atomic
def say_not_there(filing: Filing, *, by: User) -> Filing:
    """Somebody looked, and they are not there: they may be created."""
    filing = _locked(filing)
    _refuse_unless(filing, FilingState.UNCERTAIN)
    filing.state, filing.problem, filing.attempts, filing.tried_at = FilingState.WAITING, "", 0, None
    filing.save()
    audit.write(by, "said_not_filed", filing.vip, connection=filing.connection_id)
    _soon()
    return filing


@transaction.atomic
def try_again(filing: Filing, *, by: User) -> Filing:
    """What hindered it is mended: once more, at once. Only where an attempt ended with a problem, not during one."""
    filing = _locked(filing)
    _refuse_unless(filing, FilingState.REFUSED, FilingState.WAITING, FilingState.COMPLETING)
    if not filing.problem:
        raise Refusal("under_way", "It is under way. Look again in some minutes.")
    if filing.state == FilingState.REFUSED:
        filing.state = FilingState.COMPLETING if filing.person else FilingState.WAITING
    filing.problem, filing.attempts, filing.tried_at = "", 0, None
    filing.save()
    audit.write(by, "filed_again", filing.vip, connection=filing.connection_id)
    _soon()
    return filing


def doubt_after_restore(workspace: Workspace) -> None:
    """Nobody is created twice who was created since the backup was made: everybody may be there, and is looked for."""
    not_there = Filing.objects.filter(
        workspace=workspace, person="", state__in=[FilingState.WAITING, FilingState.REFUSED]
    )
    not_there.update(state=FilingState.CREATING, attempts=0, tried_at=None)
    for connection in Connection.objects.filter(workspace=workspace, writes_back=True):
        begun = Filing.objects.filter(connection=connection).values("vip")
        names = Vip.objects.filter(workspace=workspace).exclude(pk__in=begun)
        Filing.objects.bulk_create(
            Filing(workspace=workspace, connection=connection, vip_id=key, state=FilingState.CREATING)
            for key in names.values_list("pk", flat=True)
        )


def _locked(filing: Filing) -> Filing:
    found = Filing.objects.select_for_update(of=("self",)).select_related("vip").filter(pk=filing.pk).first()
    if found is None:
        raise Refusal("gone", "This name is no longer here: it was taken back, or erased.")
    return found


def _refuse_unless(filing: Filing, *states: FilingState) -> None:
    if filing.state not in states:
        raise Refusal("state", "That is settled already: look at the page as it is now.")


def _soon() -> None:
    later("file_people", once="file_people")


# --- what becomes of them


def follow(workspace: Workspace, *, now: datetime) -> None:
    """Look how far those who were filed have come, and bring the board to where they are.

    Also where nobody else is filed any more. Only of whom it is certain who they are there: one id that is not right
    would spoil the question about everybody. Never call it inside a transaction.
    """
    for connection in Connection.objects.filter(workspace=workspace, paused=False).order_by("pk"):
        done = Filing.objects.filter(connection=connection, state=FilingState.DONE).exclude(person="")
        filings = list(done.filter(vip__stage__in=sorted(IN_TOUCH)).select_related("vip").order_by("pk"))
        if not filings:
            continue
        connector = connector_of(connection)
        if not isinstance(connector, TakesPeople):
            continue
        try:
            _follow(filings, connector, connection, now)
        except (
            ConnectorError
        ) as error:  # the next round looks again; the connection's page tells what is wrong
            logger.warning("following those in %s: %s", connection.system, error.reason_code)


def _follow(filings: Sequence[Filing], connector: TakesPeople, connection: Connection, now: datetime) -> None:
    for start in range(0, len(filings), BATCH):
        batch = filings[start : start + BATCH]
        try:
            standings = list(connector.standings([filing.person for filing in batch]))
        except (
            ConnectorError
        ) as error:  # the next round looks again; the connection's page tells what is wrong
            logger.warning("following those in %s: %s", connection.system, error.reason_code)
            return
        by_person = {standing.candidate_id: standing for standing in standings}
        told = [(filing, by_person.get(filing.person)) for filing in batch]
        for filing, standing in told:
            if standing is None:
                _keep_gone(filing, connector, connection)
            else:
                _keep_standing(filing, standing, now)
        ats.bring_on(
            [filing.vip for filing in batch],
            met=[(filing.vip_id, standing.met_at) for filing, standing in told if standing],
            hired=[(filing.vip_id, standing.hired_at) for filing, standing in told if standing],
            now=now,
        )


def _keep_standing(filing: Filing, standing: Standing, now: datetime) -> None:
    """Write down where they stand there."""
    contacted, ended = filing.vip.contacted_at, standing.ended_at
    over = ended is not None and contacted is not None and ended > contacted
    _update(
        filing,
        [FilingState.DONE],
        stage=standing.stage[:200],
        ended_on=ended.date() if ended is not None and over else None,
        seen_at=now,
        problem="",
    )


def _keep_gone(filing: Filing, connector: TakesPeople, connection: Connection) -> None:
    """Their record is not there any more. The first time we look for another: two may have been joined there."""
    if filing.problem:
        return
    other = connector.find(newcomer_of(filing.vip, connection))
    if other is not None and other.candidate_id != filing.person:
        _update(filing, [FilingState.DONE], person=other.candidate_id, link=_as_link(other))
        return
    system = label_of(connection.system)
    gone = f"{system} has no record of them any more: somebody deleted it there, or joined it with another."
    _update(filing, [FilingState.DONE], problem=gone, stage="", ended_on=None)


def _as_link(filed: Filed) -> str:
    """The link, if it is one that can be followed and kept."""
    return (
        filed.link
        if filed.link.startswith(("https://", "http://")) and len(filed.link) <= LONGEST_LINK
        else ""
    )
