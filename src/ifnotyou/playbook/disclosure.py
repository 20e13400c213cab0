"""Their terms of disclosure (playbook rule 6): who may know from whom a name came, and what may be said of it.

"Anonymous" is said only where nobody at the company can find out,
"confidential" where somebody knows: never one for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Terms(StrEnum):
    """On which terms a name was given, the easiest first."""

    INTRODUCE = "introduce"
    """They make the introduction themselves; we never write to their friend."""
    NAMED = "named"
    """We may say who suggested it: a permission of its own."""
    CONFIDENTIAL = "confidential"
    """Only the asker knows. Passed on only by the steward's recorded weighing."""
    ANONYMOUS = "anonymous"
    """Nobody can find out."""


KNOWN = (Terms.INTRODUCE, Terms.NAMED, Terms.CONFIDENTIAL)
"""The terms on which a name can be given to somebody's face, or on a page that is one's own: never anonymous."""

VEILED = frozenset({Terms.CONFIDENTIAL, Terms.ANONYMOUS})
"""Nobody but the asker (or nobody at all) may learn who it was, so a date is no finer than the week."""

QUIET_HOUR = 5
"""UTC. Once a day, in this hour, veiled names move on: whatever came in, and whenever."""

PERMISSION = "Yes, you may say that it came from me."
PERMISSION_VERSION = "2026-11"
"""Of the sentence with which somebody lets us name them; another when its wording changes."""


@dataclass(frozen=True)
class Given:
    """What somebody told about one person, cleaned: no telephone number, no address that is not welcome.

    `found_at` is a public profile, `email` an address that the giver says is welcome.
    """

    name: str
    found_at: str = ""
    email: str = ""
    works_at: str = ""
    why: str = ""


def week_of(day: date) -> date:
    """The Monday of that week: as exactly as a veiled name is dated."""
    return day - timedelta(days=day.weekday())


def source_sentence(terms: Terms, referrer: str, role: str, language: str = "en") -> str:
    """What the person named may be told about where we have their name from (requirements of GDPR Art. 14(2)(f)).

    `referrer` is used only where it may be told; "" where their data, and with it the link to them, is erased.
    In English where we have no such sentence in `language`, a code such as de or pt-BR.
    """
    sentences = _SENTENCES.get(language.partition("-")[0].lower(), _SENTENCES["en"])
    if terms in {Terms.NAMED, Terms.INTRODUCE}:
        return sentences["named"].format(referrer=referrer) if referrer else sentences["erased"]
    return sentences[terms.value].format(role=role)


_SENTENCES = {
    "en": {
        "named": "{referrer} suggested you, and is happy for you to know.",
        "erased": "Somebody who talked with us suggested you. What we held about them has been erased.",
        "confidential": "Somebody in your field who recently talked with us suggested you and asked us "
        "not to pass on their name.",
        "anonymous": "Your name came to us through our anonymous page for {role}; by design we cannot "
        "trace who gave it.",
    },
    "de": {
        "named": "{referrer} hat Sie vorgeschlagen und freut sich, wenn Sie das wissen.",
        "erased": "Jemand, der mit uns gesprochen hat, hat Sie vorgeschlagen. Was wir über diese Person "
        "hatten, ist gelöscht.",
        "confidential": "Jemand aus Ihrem Fachgebiet, der kürzlich mit uns gesprochen hat, hat Sie "
        "vorgeschlagen und uns gebeten, seinen Namen nicht weiterzugeben.",
        "anonymous": "Ihr Name kam über unsere anonyme Seite für {role} zu uns; sie ist so gebaut, dass "
        "wir nicht feststellen können, wer ihn genannt hat.",
    },
    "fr": {
        "named": "{referrer} nous a parlé de vous et se réjouit que vous le sachiez.",
        "erased": "Une personne qui a échangé avec nous nous a parlé de vous. Ce que nous détenions à "
        "son sujet a été effacé.",
        "confidential": "Une personne de votre domaine, qui a récemment échangé avec nous, nous a parlé "
        "de vous et nous a demandé de ne pas transmettre son nom.",
        "anonymous": "Votre nom nous est parvenu par notre page anonyme pour le poste {role}\u00a0; "
        "elle est conçue de sorte que nous ne puissions pas savoir qui l’a donné.",
    },
    "es": {
        "named": "{referrer} nos habló de usted y se alegra de que usted lo sepa.",
        "erased": "Una persona que habló con nosotros nos habló de usted. Lo que teníamos sobre ella se "
        "ha borrado.",
        "confidential": "Una persona de su campo que habló hace poco con nosotros nos habló de usted y "
        "nos pidió que no transmitiéramos su nombre.",
        "anonymous": "Su nombre nos llegó por nuestra página anónima para el puesto {role}; está hecha "
        "de modo que no podemos saber quién lo dio.",
    },
    "pt": {
        "named": "{referrer} falou-nos de si e tem gosto em que o saiba.",
        "erased": "Alguém que falou connosco sugeriu o seu nome. O que tínhamos sobre essa pessoa foi "
        "apagado.",
        "confidential": "Alguém da sua área que falou connosco há pouco tempo sugeriu o seu nome e "
        "pediu-nos que não revelássemos de quem veio.",
        "anonymous": "O seu nome chegou-nos pela nossa página anónima para {role}; ela é feita de modo "
        "que não podemos saber quem o deu.",
    },
}
"""By language, then by what may be told."""
