"""The list of companies from which we do not hire: our own choice, a client's contract, or an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from ifnotyou.models import OffLimits, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.people import plain_company
from ifnotyou.services import audit

KINDS = {
    "own_choice": "Our own choice",
    "contract": "A client’s contract",
    "order": "An order of a court or an authority",
}
"""Why a company may stand on the list. There is no "mutual": agreements not to hire from each other are cartels."""

CARTEL = (
    "Remember: an agreement with another employer not to hire from each other is a cartel in the EU, the UK and the "
    "US, also where nobody wrote it down. It has no place on this list, and counsel should hear of it."
)
LONGEST_YEARS = 3


@dataclass(frozen=True)
class Entry:
    """What somebody wants on the list, with who answers for it and where counsel has it."""

    company: str
    kind: str
    owner: str
    reference: str
    expires_on: date


def latest_expiry(today: date) -> date:
    """The last day on which an entry made today may end."""
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + LONGEST_YEARS, day=28 if leap_day else today.day)


@transaction.atomic
def put_on(entry: Entry, *, by: User, today: date) -> OffLimits:
    """Put a company on the list; raises Refusal where it stands there, or the entry is none that we keep."""
    plain = plain_company(entry.company)
    if not plain or entry.kind not in KINDS:
        raise Refusal("no_entry", "An entry needs a company, and one of the reasons that we keep.")
    if not today < entry.expires_on <= latest_expiry(today):
        raise Refusal("expiry", f"An entry ends, at the latest after {LONGEST_YEARS} years.")
    try:
        with transaction.atomic():
            kept = OffLimits.objects.create(
                workspace_id=by.workspace_id,
                company=entry.company,
                plain=plain,
                kind=entry.kind,
                owner=entry.owner,
                reference=entry.reference,
                expires_on=entry.expires_on,
            )
    except IntegrityError as error:
        raise Refusal("there", "This company is on the list. Take it off first to change it.") from error
    audit.write(by, "put_off_limits", kept, kind=kept.kind)
    return kept


@transaction.atomic
def take_off(entry: OffLimits, *, by: User) -> None:
    """Take a company off the list."""
    audit.write(by, "took_off_limits_back", entry, kind=entry.kind)
    entry.delete()
