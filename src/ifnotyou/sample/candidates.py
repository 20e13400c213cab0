"""Who was offered a job: one human being, now and then under two records."""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

from ifnotyou.playbook.records import Candidate
from ifnotyou.sample import words
from ifnotyou.sample.dice import Dice

DO_NOT_CONTACT = 0.02


class Human(NamedTuple):
    """A candidate's record, and what no file says of them. Parts of liking are in its standard deviations."""

    record: Candidate
    level: int
    warmth: float
    """How they usually like the people they meet, beyond the average."""
    popularity: float
    """How they are usually liked, beyond the average."""
    competence: float
    willingness: float
    """How readily they name somebody, whoever asks."""
    haste: float
    """How fast they usually answer mail, in powers of e."""


class People:
    """Makes candidates, one after the other."""

    def __init__(self, seed: int, warmth: float, popularity: float) -> None:
        self._dice = Dice(seed, "candidates")
        self._names = words.Names(Dice(seed, "candidate names"))
        self._warmth = math.sqrt(warmth)
        self._popularity = math.sqrt(popularity)
        self.made: list[Human] = []

    def new(self, department: str, level: int) -> Human:
        """Somebody whom nobody knew before."""
        dice = self._dice
        number = len(self.made) + 1
        name = self._names.new()
        local = words.plain(name)
        has_profile = dice.chance(0.8)
        record = Candidate(
            id=_id(number),
            name=name,
            email=_address(dice, local, number) if dice.chance(0.97) else "",
            linkedin_url=f"https://www.linkedin.com/in/{local}-{number:x}{dice.whole(16, 255):x}"
            if has_profile
            else "",
            current_company=words.company(dice) if dice.chance(0.92) else "",
            current_title=words.LADDERS[department][min(level, 8) - 1],
            past_employers=words.companies(dice, 3),
            schools=words.schools(dice),
            level=level if dice.chance(0.55) else None,
            do_not_contact=dice.chance(DO_NOT_CONTACT),
        )
        return self._keep(
            Human(
                record,
                level,
                warmth=dice.normal() * self._warmth,
                popularity=dice.normal() * self._popularity,
                competence=dice.normal(),
                willingness=dice.normal(),
                haste=dice.normal(),
            )
        )

    def again(self, human: Human) -> tuple[Human, str] | None:
        """The same human being under a new record, and how the two can be told to be one; None where they cannot."""
        dice = self._dice
        old = human.record
        number = len(self.made) + 1
        ways: dict[str, dict[str, str]] = {}
        if old.email:
            ways["capitals"] = {"email": old.email.title(), "linkedin_url": ""}
        if old.linkedin_url:
            address = old.email.replace("@", "+jobs@")
            ways["profile"] = {
                "email": address,
                "linkedin_url": old.linkedin_url.removeprefix("https://www.") + "/",
            }
        if old.current_company:
            address = f"{words.plain(old.name)}.{number}@example.net"
            ways["name and employer"] = {"email": address, "linkedin_url": ""}
        if not ways:
            return None
        way = dice.pick(list(ways))
        changed = ways[way]
        record = dataclasses.replace(
            old,
            id=_id(number),
            do_not_contact=False,
            email=changed["email"],
            linkedin_url=changed["linkedin_url"],
        )
        return self._keep(human._replace(record=record)), way

    def _keep(self, human: Human) -> Human:
        self.made.append(human)
        return human


def _id(number: int) -> str:
    return f"cand-{number:05}"


def _address(dice: Dice, local: str, number: int) -> str:
    parted = local.replace("-", dice.pick((".", "", "_", ".")))
    return f"{parted}{number if dice.chance(0.3) else ''}@{dice.pick(words.MAIL_DOMAINS)}"
