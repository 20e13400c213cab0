"""When a host and somebody named talk: times to offer, the talk they agree on, and its invitation."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from ifnotyou.models import Mailbox, Talk, User, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import ENDED, IN_TOUCH, VipStage
from ifnotyou.playbook.times import USUAL_MINUTES, offer_of_link, offer_of_times, suggest, window
from ifnotyou.queries.places import zone_there
from ifnotyou.queries.talks import ends_at, talk_ahead
from ifnotyou.queries.working_time import working_time_of
from ifnotyou.services import audit, hosting
from ifnotyou.services.calendars import busy_times

STEP = "Talk"
"""What stands on the board until the talk is over."""

_PRODUCT = "-//ifnotyou//Talks//EN"


@dataclass(frozen=True)
class Times:
    """What could be offered; `calendar` says whether the host's own calendar was looked at."""

    moments: Sequence[datetime]
    calendar: bool


def times_for(vip: Vip, host: User, *, now: datetime, minutes: int = USUAL_MINUTES) -> Times:
    """Three times for a talk, from the host's working hours and, where there is one, their calendar.

    Refusal where that cannot be read: then nothing is suggested. Talks with another machine: never call it inside a
    transaction, and only where somebody asks for times.
    """
    hours = working_time_of(host)
    busy = busy_times(host, *window(hours, now))
    theirs = zone_there(vip.country, now) if vip.country else None
    return Times(suggest(busy or (), hours, now, minutes=minutes, theirs=theirs), busy is not None)


def offer(host: User, now: datetime, language: str = "en") -> str:  # noqa: ARG001 - times would begin from there
    """The line about talking that a letter may begin with: the host's booking link, or "".

    Never asks a calendar, so that a letter's page does not wait for one. Times come from the page for them: what was
    not looked up is not offered.
    """
    return offer_of_link(host.booking_link, language) if host.booking_link else ""


def offer_times(times: Times, host: User, language: str = "en") -> str:
    """The lines with the three times, as they may stand in a letter; the host's booking link where there is one."""
    if host.booking_link:
        return offer_of_link(host.booking_link, language)
    return offer_of_times(times.moments, working_time_of(host).zone, language)


@transaction.atomic
def agree(vip: Vip, *, starts_at: datetime, minutes: int, place: str, by: User, now: datetime) -> Talk:
    """They agreed on a time. Another time for the talk that is ahead is a change of it, for the calendars too.

    Until it is over, the talk is the next step. Whoever agrees has answered.
    """
    vip = hosting.locked(vip)
    if vip.stage not in IN_TOUCH:
        raise Refusal(
            "not_in_touch",
            "Nobody has written to them yet. Write the first message first."
            if vip.stage not in ENDED
            else "It has ended. If they wrote again, say so first.",
        )
    if not now < starts_at <= now + hosting.LONGEST_STEP - timedelta(minutes=minutes):
        raise Refusal("when", f"Choose a time from now on, at most {hosting.LONGEST_STEP.days} days ahead.")
    if vip.stage == VipStage.CONTACTED:
        hosting.say_answered(vip, by=by, now=now)
    talk = talk_ahead(vip, now)
    if talk is not None and talk.host_id != vip.host_id:
        # An invitation is its organizer's: nobody else can change it.
        _cancel(talk)
        talk = None
    changes = {"starts_at": starts_at, "minutes": minutes, "place": place.strip()}
    if talk is None:
        talk = Talk.objects.create(
            workspace_id=vip.workspace_id, vip=vip, host=vip.host, uid=str(uuid.uuid4()), **changes
        )
    elif any(getattr(talk, field) != value for field, value in changes.items()):
        for field, value in changes.items():
            setattr(talk, field, value)
        talk.sequence += 1
        talk.save()
    hosting.plan(vip, STEP, ends_at(talk), theirs=False, by=by, now=now)
    audit.write(by, "agreed_talk", vip, talk=talk.pk)
    return talk


@transaction.atomic
def call_off(talk: Talk, *, by: User, now: datetime) -> Talk:
    """The talk does not take place. Another time is to be found, within one business day of the host's calendar."""
    vip = hosting.locked(talk.vip)
    talk = Talk.objects.select_related("host").get(pk=talk.pk)
    if talk.cancelled:
        return talk
    if ends_at(talk) <= now:
        raise Refusal("over", "This talk is over: there is nothing to call off.")
    _cancel(talk)
    if vip.stage in IN_TOUCH and vip.host is not None:
        due = working_time_of(vip.host).after_days(now, 1)
        hosting.plan(vip, "Find another time", due, theirs=False, by=by, now=now)
    audit.write(by, "called_off_talk", vip, talk=talk.pk)
    return talk


def invitation_of(talk: Talk) -> bytes:
    """The talk as a file for calendars (RFC 5545, 5546): an invitation, or that it is called off.

    Says nothing that a lock screen, or whoever else may look into that calendar, should not tell: no role, no reason.
    Without an address of the guest there is nobody to invite: then it is an entry to take over.
    """
    vip, host = talk.vip, talk.host
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if talk.cancelled else "REQUEST" if vip.email else "PUBLISH")
    event = Event()
    event.add("uid", talk.uid)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("sequence", talk.sequence)
    event.add("dtstart", talk.starts_at.astimezone(UTC))
    event.add("dtend", ends_at(talk).astimezone(UTC))
    company = talk.workspace.name
    event.add("summary", f"Talk with {host.name}, {company}" if host else f"Talk with {company}")
    if talk.place:
        event.add("location", talk.place)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add("status", "CANCELLED" if talk.cancelled else "CONFIRMED")
    if host is not None:
        event.add("organizer", _person(host.name, _mail_address(host)))
    if vip.email:
        guest = _person(vip.name, vip.email)
        guest.params |= {"ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("NEEDS-ACTION")}
        guest.params["RSVP"] = vText("TRUE")
        event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _cancel(talk: Talk) -> None:
    talk.cancelled, talk.sequence = True, talk.sequence + 1
    talk.save()


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(name)
    return person


def _mail_address(host: User) -> str:
    """The address from which the host writes: answers to the invitation go there."""
    mailbox = Mailbox.objects.filter(user=host).first()
    return mailbox.address if mailbox else host.email
