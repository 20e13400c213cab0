"""The anonymous way: a name comes in by the page of a role, waits sealed, and nobody can find out who gave it.

What comes in changes one sealed text of one length and its key (services/sealing.py), and nothing else: no line in
the book, no job, no time. What is in the pool are items, dictionaries of these kinds:

- "name": what was told of a person, with how many Mondays it has waited and what was added to it since;
- "line": something that whoever holds the receipt added, or answered, after the release;
- "withdraw": they take a name back that was released already.

Each holds the hash of its receipt. What is done with them is done at one fixed hour of the day.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import connection, transaction
from django_scopes import scopes_disabled

from ifnotyou.models import DataRequest, ReceiptLine, Referral, RolePage, User, Workspace
from ifnotyou.playbook.disclosure import QUIET_HOUR, Given, Terms, week_of
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.policy import DisclosurePolicy
from ifnotyou.playbook.receipts import SECRET_BITS, Receipt
from ifnotyou.queries.pages import hash_of, holders_of
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, referrals, sealing
from ifnotyou.services.sealing import Item

MOST_LINES = 3
"""What whoever holds a receipt may add, or answer, before the next release."""

LONGEST_LINE = 300

_KEPT_FOR_LINES = 6 * 1024
_KEPT_FOR_WITHDRAWALS = 3 * 1024
"""Bytes of a pool that new names leave free, and that additions do: so a name can always be taken back."""

_CHECKPOINT_PATIENCE = 1000  # milliseconds; the next hour tries again


class PageState(StrEnum):
    """What an anonymous page can do for whoever opens it."""

    OPEN = "open"
    FEW = "few"
    """So few people hold its link that it would not protect them."""
    CLOSED = "closed"
    """The role is filled or closed."""


@dataclass(frozen=True)
class Standing:
    """What the holder of a receipt may know. Nothing of it is private to the person named."""

    released: bool
    contacted: bool = False
    leaving: bool = False
    waiting_lines: int = 0
    questions: tuple[tuple[date, str], ...] = ()


def state_of(page: RolePage) -> PageState:
    """Whether this page takes names now."""
    if page.job.status != "open":
        return PageState.CLOSED
    if holders_of(page.job) < policy_of(page.workspace).disclosure.least_holders:
        return PageState.FEW
    return PageState.OPEN


def new_receipt(page: RolePage) -> Receipt:
    """For a form that is shown: it is kept only if the form comes back."""
    return Receipt(page.pk, secrets.randbits(SECRET_BITS))


@transaction.atomic
def give(page: RolePage, given: Given, receipt: Receipt) -> Receipt:
    """Seal a name; returns the receipt under which it waits.

    The same form sent twice is one name, and what it says last counts: so a lost answer is asked for again without
    harm. Where that name has left the pool and this is another one, it gets a receipt of its own. Raises Refusal
    where the page takes no names, PoolFullError where no room is left.
    """
    page = sealing.locked(page.pk)
    if state_of(page) is not PageState.OPEN:
        raise Refusal("not_open", "This page takes no names now.")
    items = sealing.open_pool(page)
    released = Referral.objects.filter(receipt_hash=_hash(receipt)).select_related("vip").first()
    if released is not None and (released.vip is None or released.vip.name != given.name):
        receipt, released = new_receipt(page), None
    item = _name_of(items, receipt)
    if item is not None:
        item["given"] = asdict(given)
    elif released is None:
        items.append(_item("name", receipt, given=asdict(given), lines=[], waits=0))
    sealing.close_pool(page, items, keep_free=_KEPT_FOR_LINES)
    return receipt


def page_of_receipt(receipt: Receipt) -> RolePage | None:
    """The page at which a receipt was given, if there is one of that number: in whatever workspace."""
    with scopes_disabled():
        return RolePage.objects.filter(pk=receipt.page).select_related("job", "workspace").first()


def standing_of(page: RolePage, receipt: Receipt) -> Standing | None:
    """What became of the name; None where nothing is kept under this receipt. Only looks."""
    items = sealing.look_into(page.pk)
    waiting = _name_of(items, receipt)
    if waiting is not None:
        return Standing(released=False, waiting_lines=len(waiting["lines"]))
    referral = _referral_of(receipt)
    if referral is None:
        return None
    own = [item["kind"] for item in items if item["receipt"] == _hash(receipt)]
    lines = referral.lines.filter(from_host=True).order_by("said_on", "pk")
    return Standing(
        released=True,
        contacted=referral.vip is not None and referral.vip.contacted_at is not None,
        leaving="withdraw" in own,
        waiting_lines=own.count("line"),
        questions=tuple(lines.values_list("said_on", "text")),
    )


@transaction.atomic
def add(page: RolePage, receipt: Receipt, text: str) -> None:
    """Whoever holds the receipt adds something, or answers: sealed as well until the next release.

    Raises Refusal where nothing is kept under the receipt or enough waits, PoolFullError where no room is left.
    """
    page = sealing.locked(page.pk)
    items = sealing.open_pool(page)
    name = _name_of(items, receipt)
    if name is None and _referral_of(receipt) is None:
        raise Refusal("unknown_receipt", "Nothing is kept under this receipt.")
    own = [item for item in items if item["kind"] == "line" and item["receipt"] == _hash(receipt)]
    said = name["lines"] if name else [item["text"] for item in own]
    if text not in said:
        if len(said) >= MOST_LINES:
            raise Refusal("enough", "Enough waits already; more after the next release.")
        if name:
            name["lines"].append(text)
        else:
            items.append(_item("line", receipt, text=text))
    sealing.close_pool(page, items, keep_free=_KEPT_FOR_WITHDRAWALS)


@transaction.atomic
def withdraw(page: RolePage, receipt: Receipt) -> None:
    """Take a name back: at once while it is sealed, else at the next quiet hour, unless somebody has been in touch."""
    page = sealing.locked(page.pk)
    items = sealing.open_pool(page)
    name = _name_of(items, receipt)
    if name is not None:
        items.remove(name)
    elif _referral_of(receipt) is not None and not any(
        item["kind"] == "withdraw" and item["receipt"] == _hash(receipt) for item in items
    ):
        items.append(_item("withdraw", receipt))
    sealing.close_pool(page, items)


def ask_question(referral: Referral, text: str, by: User, now: datetime) -> ReceiptLine:
    """The host asks whoever holds the receipt, without knowing who that is; they may never come by to read it."""
    if referral.terms != Terms.ANONYMOUS or not referral.receipt_hash:
        raise Refusal("no_receipt", "There is no receipt any more with which somebody could come back.")
    with transaction.atomic():
        line = ReceiptLine.objects.create(
            workspace_id=referral.workspace_id,
            referral=referral,
            by=by,
            from_host=True,
            text=text,
            said_on=week_of(now.date()),
        )
        audit.write(by, "asked_receipt", referral)
    return line


def release(workspace: Workspace, *, now: datetime) -> None:
    """What the quiet hour does with the sealed pools; a second time on the same day changes nothing.

    Every day what takes a name back is done. On the first day of a week, names go to the company when several wait
    or one has waited long enough, with what was added or answered. Where the hour was missed (the machine was off),
    it is made up for, but only with what an earlier hour has seen: else a name would appear right after it was given.
    """
    policy = policy_of(workspace).disclosure
    for page_id in RolePage.objects.order_by("pk").values_list("pk", flat=True):
        _release_page(page_id, policy, now)
    _forget_order()


def turn_pools(workspace: Workspace) -> None:  # noqa: ARG001 - whose pages these are, the open scope says
    """Seal every pool anew, so that a name that came in cannot be told from an hour that passed."""
    for page_id in RolePage.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            page = sealing.locked(page_id)
            sealing.close_pool(page, sealing.open_pool(page))
    _forget_order()


@transaction.atomic
def _release_page(page_id: int, policy: DisclosurePolicy, now: datetime) -> None:
    page = sealing.locked(page_id)
    items = sealing.open_pool(page)
    on_time = now.hour == QUIET_HOUR
    ripe = [item for item in items if on_time or item["seen"]]
    stay = [item for item in items if item not in ripe]
    stay += [item for item in ripe if item["kind"] == "withdraw" and not _take_back(item, now)]
    rest = [item for item in ripe if item["kind"] != "withdraw"]
    stay += _release_week(page, rest, policy, now.date()) if _begins_week(page, now.date()) else rest
    sealing.close_pool(page, [{**item, "seen": True} for item in stay])


def _begins_week(page: RolePage, today: date) -> bool:
    """Whether this week's release is still to come; a page that is new waits for its first Monday."""
    monday = week_of(today)
    due = today == monday if page.released_on is None else page.released_on < monday
    if page.released_on is None or page.released_on < monday:
        page.released_on = monday
        page.save(update_fields=["released_on"])
    return due


def _release_week(page: RolePage, items: list[Item], policy: DisclosurePolicy, today: date) -> list[Item]:
    """Let go what is due on a Monday; returns what goes on waiting."""
    for item in items:
        if item["kind"] == "line":
            referral = Referral.objects.filter(receipt_hash=item["receipt"]).first()
            if referral is not None:
                _keep_line(referral, item["text"], today)
    names = [{**item, "waits": item["waits"] + 1} for item in items if item["kind"] == "name"]
    longest = max((item["waits"] for item in names), default=0)
    if len(names) < policy.several and longest < policy.longest_waits:
        return names
    secrets.SystemRandom().shuffle(names)
    for item in names:
        _release_name(page, item, today)
    return []


def _release_name(page: RolePage, item: Item, today: date) -> None:
    """One referral, or nothing where the person asked us not to keep anything about them."""
    given = Given(**item["given"])
    vip = referrals.intake(given, page.job, Terms.ANONYMOUS, today)
    if vip is None:
        return
    referral = referrals.keep(vip, page.job, Terms.ANONYMOUS, given.why, today, receipt_hash=item["receipt"])
    for text in item["lines"]:
        _keep_line(referral, text, today)


def _keep_line(referral: Referral, text: str, today: date) -> None:
    ReceiptLine.objects.create(
        workspace_id=referral.workspace_id,
        referral=referral,
        from_host=False,
        text=text,
        said_on=week_of(today),
    )


def _take_back(item: Item, now: datetime) -> bool:
    """Erase a released name; False where that has to wait, for what we hold about them is being answered."""
    referral = Referral.objects.filter(receipt_hash=item["receipt"]).select_related("vip").first()
    if referral is None or (referral.vip is not None and referral.vip.contacted_at is not None):
        return True
    if DataRequest.objects.filter(vip=referral.vip, answered_on=None).exists():
        return False
    audit.write(None, "name_withdrawn", referral)
    referrals.remove(referral, now=now)
    return True


def _item(kind: str, receipt: Receipt, **more: object) -> Item:
    """`seen`: whether a quiet hour has passed since."""
    return {"kind": kind, "receipt": _hash(receipt), "seen": False, **more}


def _name_of(items: list[Item], receipt: Receipt) -> Item | None:
    digest = _hash(receipt)
    return next((item for item in items if item["kind"] == "name" and item["receipt"] == digest), None)


def _referral_of(receipt: Receipt) -> Referral | None:
    found = Referral.objects.filter(receipt_hash=_hash(receipt), terms=Terms.ANONYMOUS)
    return found.select_related("vip").first()


def _hash(receipt: Receipt) -> str:
    """All that is kept of a receipt. It has 125 random bits, so no salt is needed."""
    return hash_of(str(receipt))


def _forget_order() -> None:
    """Let the database forget in which order things were written, as far as it can be told to.

    SQLite: the write-ahead log is emptied into the database. PostgreSQL: rows that were replaced, keys among them,
    are given up to be overwritten. Neither inside a transaction, as tests have it.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ifnotyou_rolepage, ifnotyou_sealkey")
            return
        # While somebody reads, all who write would wait: rather try again in an hour.
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_PATIENCE:d}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience):d}")
