"""Is it kind, to somebody who never gave us anything? The check of a host's letter (playbook rule 7).

What hurts in an ask hurts here as well (tone.py). Besides, a letter to somebody who was named presumes nothing: they
did not apply, need not be looking, and nobody at their employer knows. And it tells of the source exactly the sentence
that may be told: all of it, for it is their right, and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ifnotyou.playbook import tone_words
from ifnotyou.playbook.disclosure import VEILED, Terms
from ifnotyou.playbook.hosting import LetterKind
from ifnotyou.playbook.phrases import PhraseBook, Text
from ifnotyou.playbook.policy import TonePolicy
from ifnotyou.playbook.tone import ToneCategory, check_tone

PRESUMES, SOURCE = "presumes", "source"
"""What is found here and in no ask."""

MOST_CHARACTERS = 1200
"""About so long a letter may be: it says more than an ask."""

_MENDS = {
    ToneCategory.PRESSURE: "Take the push out: they never asked for this letter, and choose the pace.",
    ToneCategory.INCENTIVE: "Leave the reward out: say what the work is, and what it pays.",
    ToneCategory.FISHING: "Ask for nothing about others, and for no numbers: this letter is about them alone.",
    ToneCategory.MANY: "Ask one thing: whether they would like to talk.",
    ToneCategory.IMPERSONAL: "Say it as you would say it to them, about something that is true of them alone.",
    ToneCategory.NO_WAY_OUT: "Say that a no is easy, such as: “Not now” and a plain “no” are good answers too.",
}
"""How to say it instead, where it is another way than in an ask."""

_APPLIED = "They did not apply: somebody thought of them. Leave it out."
_LOOKING = "Do not presume that they are looking: most people named are not. Leave it out."
_UNHAPPY = "Say nothing of how they feel where they are: you cannot know, and it is theirs to tell."
_EMPLOYER = "Nobody at their employer knows, nor must it sound so. Leave it out."
_ADDED = "Of the source say exactly the sentence above, and nothing that could tell who it was."
_MISSING = "Say where we have their name from, exactly so: “{source}”"
_SUBJECT = "Leave this name out of the subject: others may read it over their shoulder."

_PRESUMED: Mapping[tuple[str, bool], tuple[str, ...]] = {
    (_APPLIED, False): (
        "your application|candidacy|candidature",
        "you applied",
        "you have|you've applied",
        "for|of applying",
        "your interest in our|the|this|us|joining|working",
        "your cv|resume|résumé",
        "ihre bewerbung|bewerbungsunterlagen|kandidatur",
        "sie ... beworben",
        "votre candidature|cv",
        "vous avez postulé",
        "su candidatura|solicitud|currículum",
        "sua|tua candidatura",
    ),
    (_LOOKING, False): (
        "you are|you're looking|searching|hoping|keen|planning",
        "you are|you're open|ready to|for",
        "you are|you're thinking|considering of? changing|leaving|moving|a",
        "your job search|hunt",
        "your search for",
        "your next step|move|challenge|role|job|opportunity",
        "looking for a|your new|next|change",
        "sie suchen|wechseln möchten|wollen",
        "ihre jobsuche|stellensuche|wechselabsicht*",
        "vous cherchez|recherchez",
        "votre recherche",
        "usted busca",
        "está buscando",
        "está à procura",
    ),
    (_UNHAPPY, True): (
        "you are|you're|feel ... unhappy|frustrated|dissatisfied|bored|underpaid|undervalued|restless|stuck|miserable",
        "you are|you're not|no ... happy|satisfied|content|valued",
        "you want|would|need ... leave|quit ... job|employer|company|team|boss|there|acme",
        "unhappy|frustrated|dissatisfied|bored with|in|at your",
        "sie ... unzufrieden|unglücklich|frustriert",
        "vous ... insatisfait*|malheureu*|frustré*",
        "usted|está ... descontent*|insatisfech*|infeliz|frustrad*",
        "está ... descontente|insatisfeit*",
    ),
    (_EMPLOYER, True): (
        "your employer|boss|manager|company|supervisor|director|lead ... knows|know|aware|agreed|agrees|approves",
        "your employer|boss|manager|supervisor|director told|tells|said|says|mentioned|recommended|suggested",
        "spoke|talked|spoken|speaking|talking with|to your employer|boss|manager|company|team|supervisor|colleagues",
        "ihr arbeitgeber|chef|vorgesetzter ... weiß|einverstanden|sagt|gesagt",
        "ihre chefin|vorgesetzte|firma ... weiß|einverstanden|sagt|gesagt",
        "votre employeur|patron|entreprise ... sait|courant|accord|dit",
        "su jefe|jefa|empresa|empleador ... sabe|acuerdo|dijo",
        "seu chefe|empregador sabe|acordo|disse",
    ),
}
"""What presumes, by how to mend it and whether it holds the letter back."""

_TOLD_ON = {
    (_ADDED, True): (
        "former|old|ex|past|current|present colleague|coworker|teammate|boss|manager|classmate|flatmate|student|mentor",
        "colleague|coworker|teammate|friend|classmate|flatmate|neighbour|neighbor of yours",
        "your colleague|coworker|teammate|friend|classmate|flatmate|neighbour|neighbor",
        "somebody|someone|person you|who worked|studied|shared|met|once|used|knows|know",
        "we|i both? know in common",
        "mutual|common|shared friend|friends|acquaintance|contact|connection",
        "turned|turn us|our ... down",
        "declined|rejected our|the offer",
        "ehemalige*|frühere* kolleg*|chef*|mitstudent*",
        "ancien*|ancienne collègue|patron|camarade",
        "antiguo|antigua|ex compañer*|colega|jef*",
        "antigo|antiga|ex colega|chefe",
    )
}
"""What tells more of a veiled source than its sentence: "a former colleague" can be one person."""

_EASY_NO = (
    "plain|simple|short no",
    "no is|would|will be? a|an|as|also|perfectly|entirely|completely|just fine|good|ok|welcome|answer",
    "not now is|and|or|are",
)
"""Besides what an ask may say: a no that costs nothing."""

_DENIES = frozenset(
    "if whether should unless wenn falls ob sollten si se caso "
    "not no nobody none never without neither nor don't doesn't isn't aren't didn't haven't won't needn't cannot can't "
    "nicht kein keine keiner niemand nie ohne weder "
    "ne n pas personne jamais sans aucun aucune ni "
    "nadie ningún ninguna nunca sin "
    "não ninguém nenhum nenhuma sem nem".split()
)
_REACH = 6
"""How many words in front of a phrase, in its clause, a denial or an "if" reaches: "I do not presume that …"."""


@dataclass(frozen=True)
class Told:
    """Of the source: the sentence that may be told, on which terms, and the name in it, "" where there is none."""

    sentence: str
    terms: Terms
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that could be kinder; `words` is empty where something is missing. Strong ones hold the letter back."""

    category: str
    words: str
    mend: str
    strong: bool = False


def check_letter(
    kind: LetterKind, subject: str, body: str, told: Told | None, policy: TonePolicy, *, applied: bool = False
) -> tuple[Remark, ...]:
    """What could be kinder in a letter to somebody named, what is missing from it last.

    `told` is None where nothing is known of the source. `applied`: by now they have, so that it may be said.
    """
    remarks = [*_unkind(kind, body, policy), *_presuming(body, applied=applied)]
    if told is not None:
        remarks += _of_source(kind, subject, body, told)
    return tuple(remarks)


def _unkind(kind: LetterKind, body: str, policy: TonePolicy) -> Iterator[Remark]:
    """What the check of an ask finds, but for what only an ask has to say."""
    left_out = {ToneCategory.NO_ANONYMITY}
    if kind is LetterKind.GOODBYE or _book("easy no").find(Text.read(body)):
        left_out.add(ToneCategory.NO_WAY_OUT)
    for finding in check_tone(body, policy, MOST_CHARACTERS):
        if finding.category not in left_out:
            of_an_ask = finding.mend == tone_words.MENDS[finding.category]
            mend = _MENDS.get(finding.category, finding.mend) if of_an_ask else finding.mend
            yield Remark(finding.category, finding.words, mend, finding.strong)


def _presuming(body: str, *, applied: bool) -> Iterator[Remark]:
    for words, mend, strong in _found("presumed", body):
        if not (applied and mend == _APPLIED):
            yield Remark(PRESUMES, words, mend, strong)


def _of_source(kind: LetterKind, subject: str, body: str, told: Told) -> Iterator[Remark]:
    """All that may be told, and nothing more. In a goodbye it need not be said again."""
    said, sentence = _on_one_line(body), _on_one_line(told.sentence)
    if told.terms in VEILED:
        for words, mend, strong in _found("told on", f"{subject}\n\n{said.replace(sentence, ' ')}"):
            yield Remark(SOURCE, words, mend, strong)
    if told.referrer and (name := _named_in(subject, told.referrer)):
        yield Remark(SOURCE, name, _SUBJECT, strong=True)
    if kind is LetterKind.FIRST and sentence not in said:
        yield Remark(SOURCE, "", _MISSING.format(source=told.sentence), strong=True)


def _named_in(subject: str, referrer: str) -> str:
    """A part of the name that stands in the subject; "" for none. Single letters are nobody's name."""
    parts = [part for part in re.findall(r"\w+", referrer) if len(part) > 1]
    here = set(re.findall(r"\w+", subject.casefold()))
    return next((part for part in parts if part.casefold() in here), "")


def _found(book: str, message: str) -> Iterator[tuple[str, str, bool]]:
    """Each place in the message: its words, how to mend it, and whether it holds the letter back."""
    text = Text.read(message)
    last = 0
    for hit in sorted(_book(book).find(text), key=lambda hit: (hit.first, -hit.last)):
        denied = not _DENIES.isdisjoint(text.before(hit.first, _REACH))
        if denied or hit.first < last:
            continue
        last = hit.last
        strength, _, mend = hit.group.partition(" ")
        yield text.quote(hit.first, hit.last), mend, strength == "strong"


@cache
def _book(name: str) -> PhraseBook:
    if name == "easy no":
        return PhraseBook({name: _EASY_NO})
    phrases = _PRESUMED if name == "presumed" else _TOLD_ON
    return PhraseBook(
        {f"{'strong' if strong else 'weak'} {mend}": of_one for (mend, strong), of_one in phrases.items()}
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
