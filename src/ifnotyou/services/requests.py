"""Somebody asks what we hold about them: kept with the day until which they have an answer."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ifnotyou.models import DataRequest, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.retention import ANSWER_MONTHS, add_months
from ifnotyou.queries.person import Person
from ifnotyou.services import audit


@transaction.atomic
def open_request(person: Person, *, by: User, today: date) -> DataRequest:
    """Write down that they asked. Until they have their answer the calendar erases nothing of theirs."""
    vip = next(iter(person.names), None)
    candidate = next(iter(person.candidates), None)
    if vip is None and candidate is None:
        raise Refusal(
            "colleague", "They are a colleague: what is held about them stands on their own page (Me)."
        )
    waiting = DataRequest.objects.filter(answered_on=None)
    if (
        waiting.filter(vip__in=person.names).exists()
        or waiting.filter(candidate__in=person.candidates).exists()
    ):
        raise Refusal("open_already", "Their request is on the list already.")
    request = DataRequest.objects.create(
        workspace_id=by.workspace_id,
        vip=vip,
        candidate=candidate,
        opened_by=by,
        opened_on=today,
        due_on=add_months(today, ANSWER_MONTHS),
    )
    audit.write(by, "request_opened", request)
    return request


@transaction.atomic
def say_answered(request: DataRequest, *, by: User, today: date) -> None:
    """Write down that they have their answer: from now on the calendar goes on. Said twice, it is done once."""
    request = DataRequest.objects.select_for_update().get(pk=request.pk)
    if request.answered_on is None:
        request.answered_on = today
        request.save(update_fields=["answered_on"])
        audit.write(by, "request_answered", request)
