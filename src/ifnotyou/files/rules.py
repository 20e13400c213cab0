"""What must hold between the cells of a row."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ifnotyou.files.cells import Unreadable, is_future, sensible_minutes
from ifnotyou.files.sheet import Sheet
from ifnotyou.playbook.records import InterviewStatus, OfferStatus

_ONE_DAY = timedelta(days=1)
_EMPTY = "The cell is empty."


def refuse_contradictions(sheet: Sheet) -> None:
    """Leave out offers resolved before they were sent, and "declined" ones that the company ended."""
    columns = (sheet.values[name] for name in ("status", "ended_by", "sent_at", "resolved_at"))
    for index, (status, ended_by, sent, resolved) in enumerate(zip(*columns, strict=True)):
        if status is OfferStatus.DECLINED and ended_by == "company":
            text = "The offer was declined, but the company ended the application: one of the two is wrong."
            sheet.leave_out(index, "status", text)
        if sent and resolved and sent - resolved > _ONE_DAY:
            sheet.leave_out(
                index, "resolved_at", f"{resolved.date()} is before the offer was sent, {sent.date()}."
            )


def complete_minutes(sheet: Sheet) -> None:
    """Fill in minutes from start and end; leave out interviews without either."""
    minutes: list[float | None] = sheet.values["minutes"]
    if None not in minutes:
        return
    ends: list[datetime | None] = sheet.values["ended_at"]
    for index, (start, end) in enumerate(zip(sheet.values["started_at"], ends, strict=True)):
        if minutes[index] is not None or sheet.is_out(index):
            continue
        if end is None:
            sheet.leave_out(index, "minutes", _EMPTY)
            continue
        try:
            minutes[index] = sensible_minutes((end - start) / timedelta(minutes=1), str(end))
        except Unreadable:
            sheet.leave_out(
                index, "ended_at", f"{end} is before the interview began, or more than a day after."
            )


def complete_status(sheet: Sheet, today: date) -> None:
    """Read the status from "cancelled" where there is none; leave out interviews without either."""
    statuses: list[InterviewStatus | None] = sheet.values["status"]
    if None not in statuses and not sheet.has("cancelled"):
        return
    for index, (start, cancelled) in enumerate(
        zip(sheet.values["started_at"], sheet.values["cancelled"], strict=True)
    ):
        if sheet.is_out(index):
            continue
        if cancelled:
            statuses[index] = InterviewStatus.CANCELLED
        elif statuses[index] is None and not sheet.has("cancelled"):
            sheet.leave_out(index, "status", _EMPTY)
        elif statuses[index] is None and is_future(start, today):
            sheet.skip(index)
        elif statuses[index] is None:
            statuses[index] = InterviewStatus.COMPLETED


def skip_deleted(sheet: Sheet) -> None:
    """Leave out what its system says was deleted."""
    for index, deleted in enumerate(sheet.values["deleted"]):
        if deleted:
            sheet.skip(index)


def require_scores(sheet: Sheet) -> None:
    """Only a candidate may answer without a score: they name somebody whom they enjoyed meeting."""
    for index, (by_candidate, score) in enumerate(
        zip(sheet.values["by"], sheet.values["score"], strict=True)
    ):
        if score is None and by_candidate is False and not sheet.is_out(index):
            sheet.leave_out(index, "score", _EMPTY)
