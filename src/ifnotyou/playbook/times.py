"""When to talk: three times that a host has free, on different days and in different parts of them; and their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ifnotyou.playbook.working_time import DAY, LONGEST, WorkingTime

MINUTES = (20, 30, 40, 45, 60)
"""How long a first talk may be; USUAL_MINUTES where nobody chose."""

USUAL_MINUTES = 30
TIMES = 3
DAYS_AHEAD = 10
"""Working days that are looked at, beginning with tomorrow."""

_GRID = timedelta(minutes=30)
_APART = 2
"""Working days from one suggestion to the next, where there is room."""

_PARTS = 3
_PART_ORDER = (0, 2, 1)
"""Of the three parts of a day the last comes before the one in the middle, in which people eat."""

_MORNING, _EVENING = time(8), time(20)


@dataclass(frozen=True)
class Busy:
    """A span of time in which somebody cannot talk; both moments aware."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class _Slot:
    starts: datetime
    day: date
    day_number: int
    part: int
    off_middle: timedelta
    decent: bool


def suggest(
    busy: Iterable[Busy],
    hours: WorkingTime,
    now: datetime,
    *,
    minutes: int = USUAL_MINUTES,
    theirs: tzinfo | None = None,
) -> list[datetime]:
    """Up to three moments (UTC, in order) at which a host could talk so long, tomorrow at the earliest.

    Within working time, beginning at a half hour, never while busy. On different days and in different parts of the day
    where there is room; where it is known when it is day for the other (`theirs`), not in their night if it can be.
    """
    length = timedelta(minutes=minutes)
    taken = sorted((span for span in busy if span.starts < span.ends), key=lambda span: span.starts)
    slots = [slot for slot in _slots(hours, now, length, theirs) if _is_free(slot.starts, length, taken)]
    chosen: list[_Slot] = []
    while slots and len(chosen) < TIMES:
        best = min(slots, key=lambda slot: _rank(slot, chosen))
        chosen.append(best)
        slots = [slot for slot in slots if abs(slot.starts - best.starts) >= length]
    return sorted(slot.starts for slot in chosen)


def window(hours: WorkingTime, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a calendar has to be looked at for `suggest`, in UTC."""
    days = list(_days(hours, now))
    if not days:
        return now, now
    first = datetime.combine(days[0], time(), hours.zone).astimezone(UTC)
    return first, datetime.combine(days[-1] + DAY, time(), hours.zone).astimezone(UTC)


def _rank(slot: _Slot, chosen: Sequence[_Slot]) -> tuple[bool, bool, bool, int, int, timedelta, datetime]:
    """What is best comes first: another day, another part of the day, soon, and not at the edge of that part."""
    days = [one.day_number for one in chosen]
    wanted = days[-1] + _APART if days else 0
    return (
        not slot.decent,
        slot.day_number in days,
        slot.part in {one.part for one in chosen},
        abs(slot.day_number - wanted),
        _PART_ORDER.index(slot.part),
        slot.off_middle,
        slot.starts,
    )


def _days(hours: WorkingTime, now: datetime) -> Iterator[date]:
    """The next working days, tomorrow first."""
    day, found = now.astimezone(hours.zone).date(), 0
    for _ in range(LONGEST):
        day += DAY
        if hours.works_on(day):
            yield day
            found += 1
        if found == DAYS_AHEAD:
            return


def _slots(hours: WorkingTime, now: datetime, length: timedelta, theirs: tzinfo | None) -> Iterator[_Slot]:
    for number, day in enumerate(_days(hours, now)):
        opens = datetime.combine(day, hours.begins, hours.zone).astimezone(UTC)
        closes = datetime.combine(day, hours.ends, hours.zone).astimezone(UTC)
        third = (closes - opens) / _PARTS
        starts = _on_the_grid(day, hours.begins).replace(tzinfo=hours.zone).astimezone(UTC)
        while starts + length <= closes:
            part = min(int((starts - opens) / third), _PARTS - 1)
            middle = opens + third * part + third / 2
            decent = _is_decent(starts, starts + length, theirs)
            yield _Slot(starts, day, number, part, abs(starts + length / 2 - middle), decent)
            starts += _GRID


def _on_the_grid(day: date, clock: time) -> datetime:
    """The first full or half hour by the clock on the wall, from that time on."""
    moment = datetime.combine(day, clock.replace(second=0, microsecond=0))
    return moment + (-(moment - datetime.combine(day, time())) % _GRID)


def _is_decent(starts: datetime, ends: datetime, zone: tzinfo | None) -> bool:
    """Whether it is day there; true where nobody knows where they are."""
    if zone is None:
        return True
    there, until = starts.astimezone(zone), ends.astimezone(zone)
    return there.date() == until.date() and there.time() >= _MORNING and until.time() <= _EVENING


def _is_free(starts: datetime, length: timedelta, taken: Sequence[Busy]) -> bool:
    return not any(span.starts < starts + length and starts < span.ends for span in taken)


# --- words ---------------------------------------------------------------------------------------------------------

_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo".split(),
}
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
_DAY_AND_TIME = {
    "en": "{weekday} {day} {month}, {clock} ({offset})",
    "de": "{weekday}, {day}. {month}, {clock} Uhr ({offset})",
    "fr": "{weekday} {day} {month} à {clock} ({offset})",
    "es": "{weekday} {day} de {month}, {clock} ({offset})",
    "pt": "{weekday}, {day} de {month}, {clock} ({offset})",
}
_OFFER = {
    "en": ("If you would like to talk, any of these times would suit me:", "Or say what suits you better."),
    "de": (
        "Wenn Sie reden mögen: Jede dieser Zeiten würde mir passen.",
        "Oder sagen Sie, was Ihnen besser passt.",
    ),
    "fr": (
        "Si vous avez envie d’en parler, chacun de ces moments me conviendrait :",
        "Ou dites-moi ce qui vous conviendrait mieux.",
    ),
    "es": (
        "Si le apetece hablar, cualquiera de estos momentos me vendría bien:",
        "O dígame qué le viene mejor.",
    ),
    "pt": (
        "Se quiser conversar, qualquer um destes momentos me serve:",
        "Ou diga o que for melhor para si.",
    ),
}
_LINK = {
    "en": "If you would like to talk, choose a time that suits you: {link}",
    "de": "Wenn Sie reden mögen, wählen Sie eine Zeit, die Ihnen passt: {link}",
    "fr": "Si vous avez envie d’en parler, choisissez un moment qui vous convient : {link}",
    "es": "Si le apetece hablar, elija un momento que le venga bien: {link}",
    "pt": "Se quiser conversar, escolha um momento que lhe sirva: {link}",
}


def moment_in_words(moment: datetime, zone: tzinfo, language: str = "en") -> str:
    """Such as "Tuesday 24 November, 10:30 (UTC+1)": whoever is elsewhere can reckon with the offset."""
    language = language if language in _DAY_AND_TIME else "en"
    local = moment.astimezone(zone)
    return _DAY_AND_TIME[language].format(
        weekday=_WEEKDAYS[language][local.weekday()],
        day=local.day,
        month=_MONTHS[language][local.month - 1],
        clock=f"{local:%H:%M}",
        offset=offset_in_words(local),
    )


def offset_in_words(local: datetime) -> str:
    """How far that local time is from UTC: "UTC+1", "UTC-3:30"."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02d}' if rest else ''}" if minutes else "UTC"


def offer_of_times(times: Sequence[datetime], zone: tzinfo, language: str = "en") -> str:
    """The lines for a letter, or "" where there is no time to offer."""
    if not times:
        return ""
    before, after = _OFFER.get(language, _OFFER["en"])
    listed = [f"- {moment_in_words(moment, zone, language)}" for moment in times]
    return "\n".join([before, *listed, after])


def offer_of_link(link: str, language: str = "en") -> str:
    """The line for a letter of a host who has a page for booking."""
    return _LINK.get(language, _LINK["en"]).format(link=link)
