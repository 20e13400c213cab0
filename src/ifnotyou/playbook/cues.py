"""What kind of work a role is, by its title: so that a question can call the right people to mind.

Only the title is read, never anything about the candidate. The words for people stand where they are shown.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Work(StrEnum):
    """Kinds of work that people remember each other by."""

    DATA = "data"
    DESIGN = "design"
    PRODUCT = "product"
    ENGINEERING = "engineering"
    SALES = "sales"
    MARKETING = "marketing"
    CARE = "care"
    PEOPLE = "people"
    MONEY = "money"
    ANY = "any"


_WORDS = (
    (Work.DATA, r"data\b|analytics?|analyst|statisti|scientist|machine learning|daten|données|datos|dados"),
    (Work.DESIGN, r"design|ux\b|ui\b|illustrat|gestalt|diseñ"),
    (
        Work.SALES,
        r"sales|account exec|account manager|business develop|vertrieb|vente|commercial|ventas|vendas",
    ),
    (Work.MARKETING, r"marketing|growth|brand|content|communicat|community|editor|writer|redakt|rédact"),
    (
        Work.ENGINEERING,
        r"engineer|develop|software|platform|devops|sre\b|reliability|architect|security|technical|cto\b|qa\b",
    ),
    (
        Work.ENGINEERING,
        r"entwickl|ingenieur|ingénieur|développ|ingenier|desarroll|engenheir|desenvolv|programmi",
    ),
    (Work.PRODUCT, r"product\b|produkt|produit|producto|produto|program|project|projekt|scrum"),
    (Work.PEOPLE, r"people|talent|recruit|hr\b|human res|personal|ressources hum|recursos hum"),
    (
        Work.MONEY,
        r"financ|account(?:ant|ing)|controll|legal|counsel|lawyer|tax\b|treasur|buchhalt|finanz|compliance",
    ),
    (Work.CARE, r"support|success|service|nurse|care\b|operations?\b|office|logisti|kunden|pflege|client"),
)
"""The beginnings of words, the more particular kind first: a "Data Engineer" is known for data."""

_FOUND = tuple((work, re.compile(rf"\b(?:{words})")) for work, words in _WORDS)


def work_of(job_title: str) -> Work:
    """The kind of work that a title tells of; ANY where it tells none that we know."""
    title = job_title.lower()
    return next((work for work, words in _FOUND if words.search(title)), Work.ANY)
