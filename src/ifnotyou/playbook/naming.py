"""The people whom somebody names in a few lines of their own (playbook rule 6), offered for confirmation.

By rules that can be read: capitals with particles between them, what stands before a name ("talk to") and behind it
("at Acme", "(Acme)", a link), in any script. What is found may be wrong, so a person looks at it; nothing here
decides anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from ifnotyou.playbook import naming_words as words
from ifnotyou.playbook.disclosure import Given
from ifnotyou.playbook.people import plain_name, profile

LONGEST_WHY = 500
_NEAR = 160
"""How many characters away a link may stand from the name that it belongs to."""
MOST_WORDS = 5
"""A name has at most so many words, a name in lower case MOST_LOWER."""
MOST_LOWER = 3
MOST_OF_A_COMPANY = 4
SHORT_TEXT = 8
"""A text of so few words may be nothing but a name."""
CJK_NAME = range(2, 7)
"""How many characters a name has that is written without spaces."""
_TWO = 2
_LONGEST_ABBREVIATION = 5
_LEAST_SHOUTED = 4
"""A word of so many letters, all of them capitals, is shouted or short for something."""


@dataclass(frozen=True)
class Found:
    """Somebody who was named, as far as the words tell. `why` is what was said about them."""

    name: str
    found_at: str = ""
    email: str = ""
    works_at: str = ""
    why: str = ""


def find_people(text: str, *, not_these: Collection[str] = ()) -> tuple[Found, ...]:
    """Everybody whom the text names, in its order, each once; nobody of `not_these` (who wrote, who asked)."""
    text = _without_greeting(unicodedata.normalize("NFC", text))
    others = [set(plain_name(name).split()) for name in not_these]
    mentions = [m for m in _mentions(text) if not _is_one_of(m.name, others)]
    mentions = _with_links(text, _joined(mentions), others)
    return tuple(_people(text, mentions))


def read_one(text: str) -> Given:
    """One person in the words of a single field: "Ida Wells", "Ida Wells, Acme", "ida wells (acme)"."""
    text = " ".join(unicodedata.normalize("NFC", text).split()).strip(" ,;:-–.")
    if not text:
        return Given("")
    for pattern in _NAME_AND_PLACE:
        found = pattern.fullmatch(text)
        if found and (name := _only_name(found["name"])):
            if " " not in name and found["place"].strip().lower() in words.FIRST_NAMES:
                return Given(f"{_with_capitals(found['place'].strip())} {name}")
            title, works_at = _title_and_company(found["place"])
            return Given(name, works_at=works_at, why=title)
    if name := _only_name(text):
        return Given(name)
    people = find_people(text)
    if people:
        return Given(people[0].name, works_at=people[0].works_at, why=text)
    return Given(text[:200])


def names_listed(text: str) -> int:
    """How many people a text lists: those who are surely named, or the parts of a bare enumeration."""
    pieces = [piece.strip() for piece in _ENUMERATION.split(text) if piece.strip()]
    bare = [piece for piece in pieces if len(piece.split()) <= MOST_WORDS and _reads_as_name(piece)]
    enumerated = len(bare) if len(bare) == len(pieces) else 0
    sure = [one for one in find_people(text) if " " in one.name or one.found_at or one.email or one.works_at]
    semicolons = [piece for piece in text.split(";") if piece.strip()]
    rows = len(semicolons) if all(len(piece.split()) <= MOST_WORDS for piece in semicolons) else 0
    return max(enumerated, len(sure), rows)


def name_in_link(link: str) -> str:
    """The name that the path of a profile tells: "Ida Wells" of ".../in/ida-wells-1a2b3c", "" where it tells none."""
    slug = profile(link)
    if not slug:
        path = unquote(link.split("://", 1)[-1].split("?", 1)[0]).strip("/").split("/")
        if len(path) == 1:
            return path[0].removeprefix("www.").rsplit(".", 1)[0].replace("-", " ").title() if path[0] else ""
        slug = path[-1].lstrip("@")
    return _spelled(slug)


def name_in_address(email: str) -> str:
    """The name that an address tells: "Ida Wells" of ida.wells@example.org."""
    return _spelled(email.split("@", 1)[0].split("+", 1)[0]) if "@" in email else ""


def _spelled(slug: str) -> str:
    """The words of "ida-wells-1a2b3c", each with a capital, without what is only there to be unique."""
    parts = [part for part in re.split(r"[-._\s]+", slug) if part]
    kept = [part for part in parts if not any(c.isdigit() for c in part)] or parts
    return " ".join(part if part in words.PARTICLES else part[:1].upper() + part[1:] for part in kept)[:200]


# --- tokens

_TOKEN = re.compile(
    r"(?P<link>(?:https?://|www\.)[^\s<>\"']+|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}/[^\s<>\"']+)"
    r"|(?P<email>[^\s<>()\[\],;:\"'@]{1,64}@[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){1,5})"
    r"|(?P<word>\b[^\W\d_]\.(?=\s?[^\W\d_])|[^\W\d_](?:[^\W_]|[\u0300-\u036f])*(?:['’\-·&][^\W_](?:[^\W_]|[\u0300-\u036f])*)*(?:\.(?=[^\W\d_]))?)"
    r"|(?P<other>\S)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?=\s+[^\sa-z])|\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)|\n")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[^\W\d_]|dr|mr|mrs|ms|prof|st|sr|sra|ca|bzw|mme)\.$", re.IGNORECASE)


@dataclass(frozen=True)
class _Word:
    """A word of the text, with its place and the sentence it stands in."""

    text: str
    start: int
    end: int
    kind: str
    first: bool
    """Whether its sentence begins with it."""

    @property
    def plain(self) -> str:
        return self.text.lower().replace("’", "'")


@dataclass(frozen=True)
class _Mention:
    """A name where it stands."""

    name: str
    start: int
    end: int
    sure: bool = True
    found_at: str = ""
    email: str = ""

    def can_have(self, kind: str) -> bool:
        """Whether no link (or address) of theirs was found yet."""
        return not (self.found_at if kind == "link" else self.email)


def _sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends; a line is one too."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if "\n" not in found.group() and _ABBREVIATED.search(text[max(0, found.start() - 8) : found.start()]):
            continue
        spans.append((start, found.start()))
        start = found.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]


def _words(text: str) -> list[_Word]:
    tokens: list[_Word] = []
    for begin, end in _sentences(text):
        first = True
        for found in _TOKEN.finditer(text, begin, end):
            kind = found.lastgroup or "other"
            tokens.append(_Word(found.group(), found.start(), found.end(), kind, first))
            first = first and kind == "other"
    return tokens


# --- names

_INITIAL = re.compile(r"[^\W\d_]\.?")
_CJK = re.compile(
    r"[\u3400-\u9fff\uac00-\ud7af\u30a0-\u30ff]{2,8}(?:[·・\s]?[\u3400-\u9fff\uac00-\ud7af\u30a0-\u30ff]{1,6})?"
)


def _is_capital(word: _Word) -> bool:
    return (
        word.kind == "word"
        and word.text[:1].isupper()
        and not (len(word.text) >= _LEAST_SHOUTED and word.text.isupper() and "-" in word.text)
    )


def _is_caseless(word: _Word) -> bool:
    """Whether a word is of a script that knows no capitals."""
    c = word.text[:1]
    return word.kind == "word" and c.isalpha() and not c.isupper() and not c.islower()


def _mentions(text: str) -> list[_Mention]:
    """Every run of words that reads as somebody's name."""
    tokens = _words(text)
    found: list[_Mention] = []
    at = 0
    while at < len(tokens):
        run = _run(text, tokens, at)
        if not run:
            at += 1
            continue
        found += _names_in(text, tokens, at, run)
        at += run
    found += _lower_case(text, tokens, found)
    found += _bare(text, found)
    return sorted(found, key=lambda one: one.start)


def _run(text: str, tokens: list[_Word], at: int) -> int:
    """How many words from here on may belong to one name, particles between them included."""
    if _is_caseless(tokens[at]):
        end = at
        while (
            end < len(tokens)
            and _is_caseless(tokens[end])
            and (end == at or _touch(text, tokens[end - 1], tokens[end]))
        ):
            end += 1
        return end - at
    if not _is_capital(tokens[at]):
        return 0
    end = last = at
    while end < len(tokens) and (end == at or _touch(text, tokens[end - 1], tokens[end])):
        if _is_capital(tokens[end]):
            last = end
        elif tokens[end].text == "y" and _is_second_surname(text, tokens, at, end):
            pass
        elif not (tokens[end].kind == "word" and tokens[end].text in words.PARTICLES):
            break
        end += 1
    return last + 1 - at


def _is_second_surname(text: str, tokens: list[_Word], at: int, here: int) -> bool:
    """Whether "y" joins two surnames, "Ortega y Soto", rather than two people."""
    after = tokens[here + 1 : here + 3]
    if here - at < _TWO or not after or not _is_capital(after[0]) or after[0].plain in words.FIRST_NAMES:
        return False
    return len(after) < _TWO or not (_is_capital(after[1]) and _touch(text, after[0], after[1]))


def _touch(text: str, one: _Word, other: _Word) -> bool:
    """Whether only spaces, or the dot of an initial or a title, stand between two words; a new line parts them."""
    between = text[one.end : other.start]
    if "\n" in between or other.first:
        return False
    if between.strip() == "." and (len(one.text) <= 1 or one.plain in words.HONORIFICS):
        return True
    return not between.strip()


def _names_in(text: str, tokens: list[_Word], at: int, length: int) -> Iterator[_Mention]:
    """The names in a run of capitals: what is left of it beside words that are none."""
    run = tokens[at : at + length]
    if _is_caseless(run[0]):
        if _caseless_name(text, run):
            yield _mention(text, run, sure=True)
        return
    if any(_is_company_word(word) for word in run[1:]) and not _after_honorific(tokens, at):
        return
    for first, last in _parts(run):
        part = run[first:last]
        here = at + first
        if _is_name(text, tokens, here, part):
            yield _mention(text, part, sure=len(part) > 1)


def _is_company_word(word: _Word) -> bool:
    return word.plain in words.COMPANY_WORDS


def _parts(run: list[_Word]) -> Iterator[tuple[int, int]]:
    """The stretches of a run without words that are no part of a name; "First Last de Acme" ends before "de"."""
    first = 0
    for index in range(len(run) + 1):
        if index < len(run) and not _ends_name(run, index):
            continue
        begin, end = first, index
        while begin < end and run[begin].text in words.PARTICLES:
            begin += 1
        while end > begin and (
            run[end - 1].text in words.PARTICLES
            or (len(run[end - 1].text) == 1 < end - begin and not _is_caseless(run[end - 1]))
        ):
            end -= 1
        if begin < end:
            yield begin, min(end, begin + MOST_WORDS + 1)
        first = index + 1


def _ends_name(run: list[_Word], index: int) -> bool:
    word = run[index]
    if word.text in words.PARTICLES:
        return _is_employer_of(run, index)
    if word.plain in words.HONORIFICS:
        return True
    if word.plain not in words.STOP or (len(word.text) == 1 and index > 0):
        return False
    if word.plain not in words.ALSO_NAMES | words.FIRST_NAMES:
        return True
    names = [i for i, one in enumerate(run) if one.text not in words.PARTICLES]
    here = names.index(index)
    if len(names) == 1 and word.plain in words.FIRST_NAMES - words.PLACE_WORDS:
        return False
    beside = [run[names[i]] for i in (here - 1, here + 1) if 0 <= i < len(names)]
    sure = any(
        one.plain in words.FIRST_NAMES or (one.plain not in words.STOP and one.text not in words.PARTICLES)
        for one in beside
    )
    return not sure or (word.first and word.plain not in words.FIRST_NAMES and len(run) > index + 2)


def _is_employer_of(run: list[_Word], index: int) -> bool:
    """Whether "de" or "von" leads to an employer: "Ana López de Acme", not "Ana María de Haro"."""
    if run[index].plain not in {"de", "da", "do", "von", "du"} or index < _TWO:
        return False
    before = [word for word in run[:index] if word.text not in words.PARTICLES]
    after = run[index + 1 :]
    return (
        len(before) >= _TWO
        and bool(after)
        and after[0].text not in words.PARTICLES
        and before[-1].plain not in words.FIRST_NAMES
    )


def _after_honorific(tokens: list[_Word], at: int) -> bool:
    before = at - 1
    if before >= 0 and tokens[before].text == ".":
        before -= 1
    return before >= 0 and tokens[before].plain in words.HONORIFICS


def _is_name(text: str, tokens: list[_Word], at: int, part: list[_Word]) -> bool:
    """Whether a stretch of capitals names a person, by itself or by what stands around it."""
    names = [word for word in part if word.text not in words.PARTICLES]
    if not names or len(part) > MOST_WORDS or all(_INITIAL.fullmatch(word.text) for word in names):
        return False
    if _denied(text, part[0].start) or _possessive(names[-1]):
        return False
    is_full = len(names) > 1 and names[0].plain in words.FIRST_NAMES
    if _says_company(text, part[0].start, but_not=_OF_PEOPLE_TOO if is_full else ()):
        return False
    if len(names) > 1:
        return not all(
            word.plain in words.ALSO_NAMES and word.plain not in words.FIRST_NAMES for word in names
        )
    return _is_single_name(text, tokens, at, part, names[0])


def _is_single_name(text: str, tokens: list[_Word], at: int, part: list[_Word], word: _Word) -> bool:
    """Whether one word with a capital names a person: a first name, or what stands where only names do."""
    if word.text.isupper() and len(word.text) <= _LONGEST_ABBREVIATION:
        return False
    before = text[max(0, part[0].start - 40) : part[0].start]
    if (word.plain in words.FIRST_NAMES and word.plain not in words.STOP) or _after_honorific(tokens, at):
        return True
    if _ARTICLE.search(before):
        return False
    if word.first and not _is_alone(text, part):
        return _leads_to_company(text, part[-1].end)
    if _is_alone(text, part) or _leads_to_company(text, part[-1].end):
        return not _looks_like_noun(word)
    return bool(_PERSON_CUE.search(before)) and not _looks_like_noun(word)


_ARTICLE = re.compile(
    r"\b(?:(?:mein|dein|sein|ihr|unser|eue?r|ein|kein|dies|jed)(?:e|en|em|er|es)?|"
    r"die|der|das|dem|den|des|zum|zur|im|am)\s+$",
    re.IGNORECASE,
)
"""What stands before a German noun, which has a capital as names do."""


def _looks_like_noun(word: _Word) -> bool:
    """Whether it ends as German nouns and English abstract ones do, which names hardly ever do."""
    return bool(
        re.search(
            r"(?:ung|heit|keit|schaft|tion|ität|ment|ness|ship|ware|ierung|leute|projekt|firma)(?:en|s)?$",
            word.plain,
        )
    )


def _possessive(word: _Word) -> bool:
    return word.plain.endswith("'s")


def _is_alone(text: str, part: list[_Word]) -> bool:
    """Whether the line holds nothing but this, or this and a place of work."""
    start = text.rfind("\n", 0, part[0].start) + 1
    end = text.find("\n", part[-1].end)
    line = text[start : end if end >= 0 else len(text)].strip(" .,!-–*•:1234567890)")
    return line == text[part[0].start : part[-1].end]


def _caseless_name(text: str, run: list[_Word]) -> bool:
    """Whether a run of a script without capitals is a name: a short one, in a text that is not all of that script."""
    written = "".join(word.text for word in run)
    if _CJK.fullmatch(written):
        return len(written) in CJK_NAME
    latin = sum("a" <= c.lower() <= "z" for c in text)
    is_short = max(len(run), 0 if latin else len(text.split())) <= MOST_OF_A_COMPANY
    return is_short and len(written) >= _TWO


def _mention(text: str, part: list[_Word], *, sure: bool) -> _Mention:
    start, end = part[0].start, part[-1].end
    if text[end : end + 1] == "." and len(part[-1].text) == 1:
        end += 1
    return _Mention(" ".join(text[start:end].split()), start, end, sure)


def _alternatives(phrases: Collection[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


_PERSON_CUE = re.compile(
    rf"(?:^|[\s(\"“„«]|\b)(?:{_alternatives(words.PERSON_CUES)})[\s:,\"“„«]+(?:(?:my|an|a|the|mein|meine|meinen|meiner|mon|ma|mi|o|a|meu|minha|ex|old|former|good|friend|colleague|mate|Kollegin|Kollegen|Freundin|collègue|amie?|compañer[ao]|colega|amig[ao])\s+){{0,4}}$",
    re.IGNORECASE,
)
_DENIAL = re.compile(rf"(?:\b|(?<=\w))(?:{_alternatives(words.DENIALS)})\s+(?:to\s+)?$", re.IGNORECASE)


def _denied(text: str, at: int) -> bool:
    return bool(_DENIAL.search(text[max(0, at - 40) : at]))


# --- employers

_COMPANY_NAME = (
    r"(?:(?-i:[A-ZÀ-ÖØ-ÞĀ-Ž0-9Α-ΩА-Я])[\w&.'’+\-]*|[\u3400-\u9fff\uac00-\ud7af\u30a0-\u30ff]{2,10})"
    r"(?:(?:[^\S\n]+(?:(?:of|de|and|&|the|for|und|et|y)[^\S\n]+)?(?-i:[A-ZÀ-ÖØ-ÞĀ-Ž0-9])[\w&.'’+\-]*)){0,3}"
)
_CUE_COMPANY = re.compile(
    rf"(?:^|(?<=[\s,(\-–]))(?:(?:now|today|currently|over|still|back|jetzt|heute|maintenant|ahora|agora)\s+)?"
    r"(?P<cue>@|d['’]|"
    r"(?:at|from|beim?|aus|von|(?:de )?chez|en|na|no|da|do|em|of|for|works for|worked for|de)(?=\s))\s*"
    rf"(?:(?:the|der|dem|den|die|la|le|les|el|los|o|a)\s+)?"
    rf"(?P<company>{_COMPANY_NAME}|(?<=[\s@])(?-i:[a-z][\w.\-]{{1,40}}))",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*[(\[](?P<company>[^()\[\]\n]{2,60})[)\]]")
_AFTER_COMMA = re.compile(
    rf"\s*(?:,|–|—|-|\||:)\s*(?P<company>{_COMPANY_NAME})\s*(?=$|[\n.;,!)])", re.IGNORECASE
)
_ONLY_SURE = frozenset({"at", "@", "bei", "beim", "chez", "de chez", "works for", "worked for"})
_BEFORE_LOWER = _ONLY_SURE | {"en", "na"}


def _leads_to_company(text: str, at: int) -> bool:
    """Whether an employer follows at once, in brackets or after "at"."""
    after = text[at : at + 80]
    if found := _IN_BRACKETS.match(after):
        return bool(_company(found["company"]))
    found = re.match(
        rf"\s*,?\s*(?:@|(?:at|bei|chez|from|en|na|of)\b)\s*(?P<company>{_COMPANY_NAME}|(?-i:[a-z][\w.\-]+))",
        after,
        re.IGNORECASE,
    )
    return bool(found and _company(found["company"]))


_PLACE_CUE = re.compile(
    r"(?:^|[\s,(])(?P<cue>at|@|bei|beim|chez|works? for|worked for|working for|company|firma|startup|joined|left|of|"
    r"co-founded|founded|studied in|lives? in|based in|in|en|na|no|em)\s*$"
)
_OF_PEOPLE_TOO = frozenset({"bei", "en", "na", "no", "em", "of"})
"""Of these, a full name may follow as well as an employer."""


def _says_company(text: str, at: int, *, but_not: Collection[str] = ()) -> bool:
    """Whether what stands before makes it a place of work: "at", "chez"."""
    found = _PLACE_CUE.search(text[max(0, at - 24) : at].lower())
    return bool(found and found["cue"] not in but_not)


def _company(words_of: str) -> str:
    """An employer as it is written, "" where the words are a place, a time, or nothing of the kind."""
    name = words_of.strip(" .,;:-–—'’\"")
    name = re.sub(r"['’]s$", "", name)
    name = re.sub(r"^(?:ex|formerly|former|früher|now)[\s-]+", "", name, flags=re.IGNORECASE)
    parts = name.split()
    while parts and parts[-1].lower() in words.STOP and parts[-1].lower() not in _COMPANIES:
        parts.pop()
    if not parts or name.replace(" ", "").isdigit():
        return ""
    if all(part.lower() in words.STOP and part.lower() not in _COMPANIES for part in parts):
        return ""
    return " ".join(parts)


_COMPANIES = frozenset(
    "google facebook github gitlab slack salesforce oracle sap notion figma datadog databricks snowflake elastic zoom "
    "openai linkedin twitter youtube instagram tiktok discord xing whatsapp signal x stack visa mongodb redis".split()
)
"""Products that are employers too."""


def _employer(text: str, end: int, stop: int) -> str:
    """Where somebody works whose name ends at `end`, by what follows in their sentence."""
    after = text[end:stop]
    if found := _IN_BRACKETS.match(after):
        inner = found["company"]
        parts = [part for part in inner.split(",") if _is_company_like(part)]
        company = _cued_company(" " + inner) or _company(next(iter(parts), ""))
        if company:
            return company
    if (found := _AFTER_COMMA.match(after)) and (company := _company(found["company"])):
        return company
    return _cued_company(after)


def _cued_company(text: str) -> str:
    """The first employer behind "at", "chez" and the like."""
    for found in _CUE_COMPANY.finditer(text):
        cue, company = found["cue"].lower(), _company(found["company"])
        if not company or (company.islower() and cue not in _BEFORE_LOWER):
            continue
        if cue not in _ONLY_SURE and not _is_company_like(company):
            continue
        return company
    return ""


def _company_before(text: str) -> str:
    """The employer in front of a name: "from my time at Acme: Ida Wells"."""
    for found in _CUE_COMPANY.finditer(text):
        cue, company = found["cue"].lower(), _company(found["company"])
        if company and not company.islower() and cue in _ONLY_SURE | {"from", "en", "na", "aus"}:
            return company
    return ""


def _is_company_like(text: str) -> bool:
    """Whether words may be an employer's name rather than a remark."""
    first = next(iter(re.findall(r"[^\W_]+(?:-[^\W_]+)*", text)), "")
    remark = first.lower() in words.STOP and first.lower() not in _COMPANIES
    return bool(first) and not remark and len(text.split()) <= MOST_OF_A_COMPANY


# --- names in lower case, alone, and in links

_LOWER_CUE = re.compile(
    rf"\b(?:{_alternatives(words.LOWER_CUES)})\s*:?\s+(?:(?:o|a|al|den|die|le|la)\s+)?(?P<name>(?-i:[^\W\d_A-Z][^\W\d_]+)(?:[^\S\n]+(?-i:[^\W\d_][^\W\d_'’\-]+)){{0,4}})",
    re.IGNORECASE,
)


def _lower_case(text: str, tokens: list[_Word], known: list[_Mention]) -> Iterator[_Mention]:
    """Names in lower case, after "talk to" and its like."""
    del tokens
    for found in _LOWER_CUE.finditer(text):
        start = found.start("name")
        name = _lower_name(found["name"])
        if not name or any(one.start < start + len(name) and start < one.end for one in known):
            continue
        end = start + len(name)
        is_known = name.split()[0] in words.FIRST_NAMES
        if is_known or " " in name or _leads_to_company(text, end) or _GOES_ON.match(text, end):
            yield _Mention(_with_capitals(name), start, end, " " in name)


_GOES_ON = re.compile(
    r"\s*,\s*(?:he|she|who|they|er|sie|der|die|elle|il|qui|ella|él|que|ela|ele)\b", re.IGNORECASE
)


def _lower_name(text: str) -> str:
    """The words in front that may be a name."""
    kept: list[str] = []
    for word in text.split(" "):
        plain = word.lower()
        if plain in words.PARTICLES and kept and plain not in {"no", "do", "da", "en"}:
            kept.append(word)
        elif (
            plain in words.STOP
            and plain not in words.FIRST_NAMES
            and not (kept and plain in words.ALSO_NAMES - words.PARTICLES and len(kept) == 1)
        ) or sum(one not in words.PARTICLES for one in kept) == MOST_LOWER:
            break
        else:
            kept.append(word)
    while kept and kept[-1].lower() in words.PARTICLES:
        kept.pop()
    return " ".join(kept)


def _with_capitals(name: str) -> str:
    return " ".join(
        word if word in words.PARTICLES or word[:1].isupper() else word[:1].upper() + word[1:]
        for word in name.split()
    )


def _bare(text: str, known: list[_Mention]) -> Iterator[_Mention]:
    """Lines that are nothing but a name, perhaps in lower case and perhaps with an employer."""
    if len(text.split()) > SHORT_TEXT or known:
        return
    given = _plain_pair(text.strip(" .!,\n"))
    if given:
        start = text.find(given)
        yield _Mention(_with_capitals(given), start, start + len(given), " " in given)


def _plain_pair(text: str) -> str:
    for pattern in _NAME_AND_PLACE:
        if (found := pattern.fullmatch(text)) and _only_name(found["name"]):
            return found["name"].strip()
    return text if _only_name(text) and (" " in text or text.lower() in words.FIRST_NAMES) else ""


_NAME_AND_PLACE = (
    re.compile(r"(?P<name>[^,()@\n]{2,80}?)\s*[(\[](?P<place>[^()\n]{2,120})[)\]]\.?"),
    re.compile(r"(?P<name>[^,()@\n]{2,80}?)\s*(?:,|;|\||\s[-–—]\s)\s*(?P<place>[^\n]{2,120})"),
    re.compile(
        r"(?P<name>[^,()@\n]{2,80}?)\s+(?:@|at|bei|chez|en|na|from|of)\s*(?P<place>[^,\n]{2,120})",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<name>[^,()@\n]{2,80}?)\s*@\s*(?P<place>[^,\n]{2,120})", re.IGNORECASE),
)


def _only_name(text: str) -> str:
    """The name where the words are nothing but one, with capitals; "" else."""
    parts = [part for part in text.strip(" ,.;:").split() if part.lower().rstrip(".") not in words.HONORIFICS]
    if not 1 <= len(parts) <= MOST_WORDS or any(any(c.isdigit() for c in part) for part in parts):
        return ""
    if not all(re.fullmatch(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0900-\u0dff.'’\-·])*", part) for part in parts):
        return ""
    real = [part for part in parts if part.lower() not in words.PARTICLES]
    common = [
        part
        for part in real
        if part.lower() in words.STOP and part.lower() not in words.ALSO_NAMES | words.FIRST_NAMES
    ]
    if (
        not real
        or common
        or (
            parts[0].lower() in words.STOP
            and len(parts) == 1
            and parts[0].lower() not in words.ALSO_NAMES | words.FIRST_NAMES
        )
    ):
        return ""
    return _with_capitals(" ".join(parts))


def _title_and_company(text: str) -> tuple[str, str]:
    """What they do, and where: ("Staff Engineer", "Acme") of "Staff Engineer at Acme"."""
    text = text.strip(" ,.;")
    found = re.fullmatch(
        r"(?:(?P<title>.{2,80}?)[\s,]+)?(?:@|\b(?:at|bei|chez|from|en|na)\b)\s*(?P<company>.{2,80})",
        text,
        re.IGNORECASE,
    )
    if found:
        return (found["title"] or "").strip(" ,"), found["company"].strip(" ,.")
    title, _, company = text.rpartition(",")
    return title.strip(), company.strip()


def _with_links(text: str, mentions: list[_Mention], others: list[set[str]]) -> list[_Mention]:
    """The mentions with the links and addresses that stand beside them, and those of which only a link tells."""
    kept = list(mentions)
    for token in _words(text):
        if token.kind not in {"link", "email"}:
            continue
        value = token.text.rstrip(".,;:!?)]>")
        name = name_in_link(value) if token.kind == "link" else name_in_address(value)
        if _is_one_of(name, others):
            continue
        owner = _owner(text, kept, token, name)
        if owner is None:
            kept.append(_with(_Mention(name or value, token.start, token.end), token.kind, value))
        else:
            kept[owner] = _with(kept[owner], token.kind, value)
        kept.sort(key=lambda one: one.start)
    return kept


def _with(one: _Mention, kind: str, value: str) -> _Mention:
    """The mention with its link or its address; whoever can be found so is surely somebody."""
    if kind == "link":
        return replace(one, sure=True, found_at=value)
    return replace(one, sure=True, email=value)


def _owner(text: str, mentions: list[_Mention], token: _Word, name: str) -> int | None:
    """Whose link it is: who is called so, else who stands before it in the line or right above, else right behind."""
    free = [(index, one) for index, one in enumerate(mentions) if one.can_have(token.kind)]
    link_words = set(plain_name(name).split())
    for index, one in free:
        if link_words & set(plain_name(one.name).split()):
            return index
    before = [(index, one) for index, one in free if one.end <= token.start]
    if before:
        index, one = before[-1]
        between = text[one.end : token.start]
        line = between.rsplit("\n", 1)[-1].strip(" :-–*•")
        if len(between) <= _NEAR and ("\n" not in between or (between.count("\n") == 1 and not line)):
            return index
    for index, one in free:
        if one.start >= token.end and not text[token.end : one.start].strip(" :,-–()\n"):
            return index
    return None


# --- people

_ENUMERATION = re.compile(rf"[,;/\n]|\s(?:{_alternatives(words.AND)})\s", re.IGNORECASE)


def _reads_as_name(piece: str) -> bool:
    bare = piece.strip(" .-*•0123456789)")
    return bare[:1].isupper() and bool(_only_name(bare) or _plain_pair(bare))


def _is_one_of(name: str, others: list[set[str]]) -> bool:
    """Whether a name is nothing but words of somebody who is not meant."""
    mine = set(plain_name(name).split())
    return bool(mine) and any(mine <= other for other in others)


def _joined(mentions: list[_Mention]) -> list[_Mention]:
    """Without later mentions of somebody named before: "Ida" after "Ida Wells"."""
    kept: list[_Mention] = []
    for one in mentions:
        mine = set(plain_name(one.name).split())
        same = next((i for i, other in enumerate(kept) if mine <= set(plain_name(other.name).split())), None)
        if same is None:
            longer = next(
                (
                    i
                    for i, other in enumerate(kept)
                    if set(plain_name(other.name).split()) < mine and not other.sure
                ),
                None,
            )
            if longer is None:
                kept.append(one)
            else:
                kept[longer] = replace(one, sure=True)
    return kept


def _people(text: str, mentions: list[_Mention]) -> Iterator[Found]:
    sentences = _sentences(text)
    told: set[str] = set()
    for index, one in enumerate(mentions):
        if one.name in told:
            continue
        told.add(one.name)
        before = mentions[index - 1].end if index else 0
        after = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        begin, end = next(((a, b) for a, b in sentences if a <= one.start < b), (one.start, one.end))
        works_at = _employer(text, one.end, min(after, end))
        for start, stop in _going_on(text, sentences, one, after):
            works_at = works_at or _cued_company(text[start:stop])
        if not works_at and before <= begin:
            works_at = _company_before(text[begin : one.start])
        why = _why(text, sentences, one, (max(before, begin), after), works_at)
        yield Found(one.name, one.found_at, one.email, works_at, why)


def _going_on(
    text: str, sentences: list[tuple[int, int]], one: _Mention, own_end: int
) -> Iterator[tuple[int, int]]:
    """The sentences after somebody's own that go on about them, up to where the next is named."""
    for begin, end in sentences:
        if begin < one.end:
            continue
        word = re.match(r"[\W_]*([\w’']+)", text[begin:end])
        goes_on = word and word.group(1).lower().replace("’", "'") in words.PRONOUNS
        if end > own_end or not goes_on:
            return
        yield begin, end


def _why(
    text: str, sentences: list[tuple[int, int]], one: _Mention, own: tuple[int, int], works_at: str
) -> str:
    """What was said about somebody: their sentence, and those after it that go on with "she".

    Of a sentence that names others only the part about this one, for what is kept of somebody is theirs to read.
    """
    begin, end = next(((a, b) for a, b in sentences if a <= one.start < b), (one.start, one.end))
    shared = own[0] > begin or own[1] < end
    parts = [_clause(text[one.end if shared else begin : min(end, own[1])])]
    parts += [_clause(text[start:stop]) for start, stop in _going_on(text, sentences, one, own[1])]
    said = " ".join(part for part in parts if part)
    return "" if _says_nothing(said, one, works_at) else _shortened(said)


def _clause(text: str) -> str:
    text = " ".join(
        _TOKEN.sub(lambda m: " " if m.lastgroup in {"link", "email"} else m.group(), text).split()
    )
    text = re.sub(r"\s*[(\[<]\s*[)\]>]", "", text)
    text = re.sub(rf"^[\s,;:)\-–(]+|[\s,;:(\-–]+(?:(?:{_alternatives(words.AND)})[\s,]*)?$", "", text)
    text = re.sub(rf"^(?:{_alternatives(words.AND)})\s+$", "", text)
    return text if re.search(r"[^\W\d_]", text) and text.lower() not in words.AND else ""


def _says_nothing(said: str, one: _Mention, works_at: str) -> bool:
    """Whether nothing is left of the words beside the name, the employer, and words such as "talk to"."""
    left = said
    for known in (one.name, works_at):
        if known:
            left = left.replace(known, " ")
    told = [word for word in re.findall(r"[^\W\d_]{2,}", left.lower()) if word not in _EMPTY]
    return len(told) < _TWO


_EMPTY = frozenset(
    "try talk to ask speak with at from of maybe perhaps you should could can her him them she he is it would be "
    "definitely please the my an and or who about think contact meet say name named called reach out in touch get "
    "here link linkedin profile "
    "sprich mit frag bei von vielleicht mal und oder an sie er ist ihr sein kontakt "
    "parlez avec contactez chez de et ou la le est peut être "
    "habla con en el es que pregunta contacta por favor "
    "fala com fale na no da do um uma você vocês podem".split()
)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_WHY else text[:LONGEST_WHY].rsplit(" ", 1)[0]


_GREETING = re.compile(
    rf"\A\s*{words.GREETING}\b(?:[^\S\n]+(?:[^\s,!.:;]+)){{0,3}}[^\S\n]*(?:[,!.:;–-]|\n|\Z)[^\S\n]*",
    re.IGNORECASE,
)


def _without_greeting(text: str) -> str:
    """Without "Hi Maya," and "Thanks for asking," in front: nobody is named in a greeting. Places stay as they are."""
    for _ in range(2):
        found = _GREETING.match(text)
        if not found or not found.group().strip():
            return text
        greeting = found.group()
        text = " " * len(greeting) + text[len(greeting) :]
        if not text.strip():
            return text
    return text
