"""A made-up company's offers of these weeks, in its system for applicants: some are out, some were just turned down."""

from __future__ import annotations

from datetime import datetime, timedelta

from ifnotyou.playbook.records import JobStatus
from ifnotyou.sample.ats.world import OfferStep, Seat, World, world_of
from ifnotyou.sample.dice import Dice
from ifnotyou.sample.world import generate

PEOPLE = (
    ("Imani", "Okafor", "Bright Harbour"),
    ("Lucas", "van den Berg", "Nordwind"),
    ("Mei", "Tanaka", "Papertrail"),
    ("Sofía", "Reyes", "Cobalt"),
    ("Amara", "Diallo", "Fernweh"),
    ("Jonas", "Lindqvist", "Tessera"),
    ("Priya", "Raman", "Halyard"),
    ("Tomás", "Ferreira", "Northlight"),
    ("Hana", "Kovač", "Saltmarsh"),
    ("Eli", "Rosen", "Quillworks"),
)
"""First name, last name, employer; all of them made up."""

_DECLINED_DAYS_AGO = (70, 58, 6, 2)
_TALKS = (("Phone screen", 30, 4), ("Pair programming", 90, 5), ("System design", 60, 4), ("Lunch", 45, 5))
"""What it is called there, how many minutes it takes, and the vote after it."""


def these_weeks(*, seed: int, declines: int, employees: int, now: datetime) -> World:
    """The colleagues and open roles of the company that the same numbers make, and ten candidates of its system."""
    company = generate(seed, declines, employees, now.date()).records
    world = world_of(type(company)(employees=company.employees, jobs=company.jobs), now)
    dice = Dice(seed, "these weeks")
    colleagues = [one for one in world.users.values() if one.active]
    open_jobs = [one for one in company.jobs.values() if one.status is JobStatus.OPEN]
    titles = {one.title for one in open_jobs}
    seats = [one for one in world.jobs.values() if one.open and one.title in titles]
    for place, (first, last, employer) in enumerate(PEOPLE):
        declined_ago = _DECLINED_DAYS_AGO[place] if place < len(_DECLINED_DAYS_AGO) else None
        world.now = now - timedelta(days=(declined_ago or 3) + 21)
        address = f"{first}.{last}@candidate.example".lower().replace(" ", "")
        person = world.add_candidate(first, last, address, company=employer, title="Engineer")
        application = world.apply(person, dice.pick(seats))
        panel = dice.some(colleagues, len(_TALKS))
        for (title, minutes, vote), colleague in zip(_TALKS, panel, strict=True):
            world.now += timedelta(days=3)
            talk = world.meet(
                application.id, Seat(colleague.id, colleague.email), title=title, minutes=minutes
            )
            world.vote(application.id, colleague.id, vote, meeting=talk.id)
        world.offer(application.id)
        if declined_ago is not None:
            world.now = now - timedelta(days=declined_ago)
            world.decide(application.id, OfferStep.DECLINED)
            world.end(application.id, 1 + place % 4)
    world.now = now
    return world
