"""Every threshold, weight and list of the playbook, with its default and its reason.

A policy file (TOML) changes any of them: a number or a word replaces the
default, a table is merged key by key, and the entries of a list are added to
the default ones; an entry that begins with "-" takes a default one out.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ifnotyou.playbook import foreign, reason_words, tone_words
from ifnotyou.playbook.errors import PolicyError

Words = tuple[str, ...]
WordsByName = Mapping[str, Words]
NumberByName = Mapping[str, float]


MOST = 100_000
"""No number has to be larger, unless it says so: with more days one would count out of the calendar."""


def _setting(default: Any, why: str, *, least: float = 0.0, most: float = MOST, grows: bool = False) -> Any:
    """A field of the policy: its default, why it is so, its bounds, and whether its table takes new names."""
    metadata = {"why": why, "least": least, "most": most, "grows": grows}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class AskPolicy:
    """Rules 1 and 2: whether we may ask, and when an ask that waits or stays unanswered moves on."""

    max_age_days: int = _setting(
        45, "Days after the decline in which an ask still feels natural; later it is missed."
    )
    once_months: int = _setting(
        24, "One ask to one human being; only a fresh decline this many months later allows a second."
    )
    unhappy_score: int = _setting(
        2, "A survey answer of the candidate at or below this (of 5) is unhappy: a person decides.", most=5
    )
    least_confidence: float = _setting(0.5, "Below this confidence a reason counts as unknown.", most=1)
    remind_after_days: int = _setting(
        2,
        "Working days after which the colleague with whom an ask waits is reminded, once. Candidates never are.",
    )
    tell_recruiter_after_days: int = _setting(
        4, "Working days after handing an ask over in which the recruiter hears that it still waits."
    )
    quiet_after_days: int = _setting(
        21, "Days of silence after which an ask is closed, quietly; silence is an answer too.", least=1
    )


@dataclass(frozen=True)
class GatePolicy:
    """Rule 3: who is out before any score is looked at."""

    least_minutes: int = _setting(15, "A conversation shorter than this is not yet a meeting.")
    most_people: int = _setting(
        3, "With more people than this from our side, nobody really talked with the candidate.", least=1
    )
    stale_days: int = _setting(120, "After so many days without direct contact the connection has cooled.")
    executive_minutes: int = _setting(20, "An executive asks only after a one-to-one talk of this length.")
    executive_candidate_level: int = _setting(
        8, "… and where the candidate is this senior (1 to 10)", most=10
    )
    small_company: int = _setting(50, "… or the company has at most so many people.")
    executive_lead: float = _setting(
        0.25, "An executive goes first only with at least this lead over the next.", most=10
    )
    most_open_asks: int = _setting(2, "Asks one person carries at a time.", least=1)
    most_open_asks_small: int = _setting(3, "The same in a company of fewer than ten people.", least=1)
    open_ask_days: int = _setting(30, "How long an ask counts as carried.")
    least_score: float = _setting(
        0.0,
        "When the best score is below this, an ask would not feel real: thanks only, unless a person decides.",
        least=-10,
    )


WEIGHTS = {
    "candidate_named": 2.0,
    "record": 1.0,
    "click": 0.35,
    "scorecard_alone": 0.20,
    "scorecard": 0.05,
    "conversation": 0.12,
    "mail": 0.20,
    "wrote_first": 0.20,
    "reply_speed": 0.05,
    "same_function": 0.08,
    "recent_asks": -0.10,
}

KINDS = {
    "lunch": 1.0,
    "dinner": 1.0,
    "coffee": 1.0,
    "walk": 1.0,
    "sell": 1.0,
    "manager": 0.8,
    "one-to-one": 0.8,
    "1:1": 0.8,
    "pair": 0.6,
    "pairing": 0.6,
    "whiteboard": 0.6,
    "case": 0.6,
    "panel": 0.4,
    "screen": 0.4,
    "debrief": 0.0,
    "take-home": 0.0,
    "online assessment": 0.0,
    "application review": 0.0,
    "resume review": 0.0,
    "reference check": 0.0,
}


TITLE_LEVELS = {
    "intern": 1,
    "trainee": 1,
    "junior": 2,
    "associate": 3,
    "senior": 5,
    "lead": 6,
    "staff": 6,
    "manager": 6,
    "principal": 7,
    "head": 8,
    "director": 8,
    "distinguished": 8,
    "fellow": 8,
    "vp": 9,
    "vice president": 9,
    "partner": 9,
    "chief": 10,
    "ceo": 10,
    "cto": 10,
    "cfo": 10,
    "coo": 10,
    "cpo": 10,
    "founder": 10,
    "cofounder": 10,
    "president": 10,
}


@dataclass(frozen=True)
class AskerPolicy:
    """Rule 3: what makes a connection sincere. Weights are in standard deviations of how a candidate feels."""

    weights: NumberByName = _setting(
        WEIGHTS, "Prior weight of each term; see docs/playbook.md for the evidence.", least=-10, most=10
    )
    kinds: NumberByName = _setting(
        KINDS,
        "How much a minute of each kind of conversation counts; a word in the interview's name. 0: the candidate was not there.",
        most=1,
        grows=True,
    )
    other_kind: float = _setting(0.6, "The same for a kind that is not in the table.", most=1)
    title_levels: NumberByName = _setting(
        TITLE_LEVELS,
        "How senior a title is, 1 to 10, where no level is given; the highest word counts. 10 is an executive.",
        most=10,
        grows=True,
    )
    other_title: float = _setting(4.0, "The same for a title with none of these words in it.", most=10)
    half_life_days: float = _setting(60.0, "Conversations and mail count half after so many days.", least=1)
    shrink: float = _setting(
        4.0,
        "How many typical answers each person's own average starts with: little evidence stays near the usual.",
    )
    record_limit: float = _setting(
        0.4,
        "A colleague's record with earlier candidates counts at most this much, so that not everybody is sent to the same few.",
    )
    usual_vote: float = _setting(
        4.0,
        "What a vote (1 to 5) on somebody who got an offer usually is, where nothing is known.",
        least=1,
        most=5,
    )
    usual_click: float = _setting(
        3.5, 'What an answer to "did you two click?" usually is, where nothing is known.', least=1, most=5
    )
    use_record: bool = _setting(default=True, why="Whether the record with earlier candidates counts at all.")
    steepness: float = _setting(
        1.5, "How fast a lead in score becomes certainty: P = softmax(steepness x score).", most=20
    )
    clear_probability: float = _setting(0.5, '"clear" needs at least this probability …', most=1)
    clear_lead: float = _setting(0.6, "… and at least this lead.")
    toss_up_lead: float = _setting(0.25, '"toss-up" is any lead below this.')


@dataclass(frozen=True)
class ChannelPolicy:
    """Rule 4: in conversation first."""

    conversation_days: int = _setting(
        1, "So many days after the decline somebody is most likely still talking with them."
    )
    mail_after_days: int = _setting(
        2, "A mail comes at the earliest so many days after the decline, after a separate thank-you …"
    )
    mail_until_days: int = _setting(7, "… and best within so many.")


@dataclass(frozen=True)
class ReasonPolicy:
    """Rule 1: how a reason is read. Labels, phrases and words; how they work together stands in reasons.py."""

    labels: WordsByName = _setting(
        reason_words.LABELS,
        "Reason labels as the systems ship them, by category; unknown: those that say nothing.",
    )
    vague_labels: WordsByName = _setting(
        reason_words.VAGUE_LABELS, "Labels that point to a category without saying it; below one half alone."
    )
    phrases: WordsByName = _setting(
        reason_words.PHRASES, "Phrases in notes that say why, by category; unknown: those that say nothing."
    )
    hints: WordsByName = _setting(
        reason_words.HINTS,
        "Phrases that only point to a category; critique: excused by a harmless reason beside them.",
    )
    doubtful: Words = _setting(
        reason_words.DOUBTFUL,
        "Phrases that may begin a critique, negated or not; excused like the hints of one.",
    )
    praise: Words = _setting(
        reason_words.PRAISE, "Phrases that praise us. With a negation before them: a critique."
    )
    virtues: Words = _setting(
        reason_words.VIRTUES,
        "What others are praised for, or we lack: a hint of critique unless we are praised for it.",
    )
    clearing: Words = _setting(
        reason_words.CLEARING, "Phrases that say of what follows that it is not the reason."
    )
    others: Words = _setting(
        reason_words.OTHERS,
        "The candidate's own employer, and others: what is said of them is not said of us.",
    )
    us: Words = _setting(
        reason_words.US, "Our people and our process: named without praise and without a reason, we doubt."
    )
    our_words: Words = _setting(reason_words.OUR_WORDS, "Words for ourselves.")
    negators: Words = _setting(reason_words.NEGATORS, "Words that turn round what follows.")
    between: Words = _setting(
        reason_words.BETWEEN, "Words that may stand between a negation and the critique that it denies."
    )
    wishes: Words = _setting(reason_words.WISHES, "Words that turn round praise, and only praise.")
    before_names: Words = _setting(reason_words.BEFORE_NAMES, "Words after which a name may stand.")
    saying: Words = _setting(reason_words.SAYING, "Verbs before which a name may stand.")
    starters: Words = _setting(reason_words.STARTERS, "Words with which a new thought begins.")
    contrasts: Words = _setting(
        reason_words.CONTRASTS, "Words past which neither praise nor a negation reaches."
    )
    comparisons: Words = _setting(
        reason_words.COMPARISONS, "Words by which a thought about others is about us as well."
    )
    ordinary: Words = _setting(
        reason_words.ORDINARY, "Words that say nothing. What stands in no list makes a reason unknown."
    )


@dataclass(frozen=True)
class TonePolicy:
    """Rule 5: what a kind message does not say, and what it does."""

    phrases: WordsByName = _setting(tone_words.PHRASES, "Phrases that hurt, by category of finding.")
    harmless: WordsByName = _setting(
        tone_words.HARMLESS, "Longer phrases in which those of a category mean no harm."
    )
    classes: WordsByName = _setting(
        tone_words.CLASSES, "What <name> in a phrase stands for: any of these.", grows=True
    )
    spellings: WordsByName = _setting(
        tone_words.SPELLINGS, "Other ways to write a word, in messages and phrases alike.", grows=True
    )
    real_words: Words = _setting(
        tone_words.REAL_WORDS, "Words that look like a slip of the pen and are none."
    )
    sadness: Words = _setting(tone_words.SADNESS, "Sadness: guilt, unless they are told that we understand …")
    understanding: Words = _setting(
        tone_words.UNDERSTANDING, "… in the same sentence or the next, like this."
    )
    praise: Words = _setting(tone_words.PRAISE, "Praise, which in heaps reads like a form letter …")
    most_praise: int = _setting(2, "… from more than so much of it on.")
    way_out: Words = _setting(tone_words.WAY_OUT, "Says that it is fine to ignore the ask.")
    letting_go: Words = _setting(tone_words.LETTING_GO, "So do two things close together: letting it go …")
    all_right: Words = _setting(tone_words.ALL_RIGHT, "… and that this is all right.")
    anonymity: Words = _setting(tone_words.ANONYMITY, "Says that a name can be given without being named.")
    being_named: Words = _setting(tone_words.BEING_NAMED, "So do two things in one sentence: the source …")
    kept_quiet: Words = _setting(tone_words.KEPT_QUIET, "… and that it goes no further.")
    negators: Words = _setting(tone_words.NEGATORS, 'Denies what follows: "no deadline" is none.')
    false_negators: Words = _setting(
        tone_words.FALSE_NEGATORS, 'Looks like a denial and is none: "not only".'
    )
    late_negators: Words = _setting(
        tone_words.LATE_NEGATORS, 'Denies what went before: "lists are not needed".'
    )
    retellings: Words = _setting(
        tone_words.RETELLINGS, "After these the words are the candidate's, or a topic: no harm in them."
    )
    most_characters: int = _setting(800, "A message much longer than this asks too much.", least=100)
    repeated_sentences: int = _setting(
        1,
        "From so many sentences on that the asker sent to somebody else before, it is a form letter.",
        least=1,
    )


@dataclass(frozen=True)
class DisclosurePolicy:
    """Rule 6: names on the candidate's own terms."""

    least_holders: int = _setting(
        5, "The anonymous page takes names once so many people were sent its link.", least=3, most=1000
    )
    several: int = _setting(
        3, "So many names that wait, sealed, are released together at the next fixed time.", least=1, most=12
    )
    longest_waits: int = _setting(
        2, "Fewer are released all the same after so many fixed times (weeks).", least=1, most=4
    )
    most_names: int = _setting(3, "Names that one person gives; a list is turned away.", least=1, most=3)
    page_days: int = _setting(90, "Days after the ask for which the personal page stays open.", least=21)
    most_an_hour: int = _setting(
        6, "Entries that the anonymous page of a role takes in an hour, from whomever.", least=1, most=100
    )


@dataclass(frozen=True)
class HostingPolicy:
    """Rule 7: by when somebody named hears from us, and who sees to it."""

    contact_days: int = _setting(
        1,
        "Working days, in the host's own calendar, in which a person who was named is written to.",
        least=1,
        most=5,
    )
    answer_days: int = _setting(1, "The same for an answer to what they write.", least=1, most=5)
    host_hears_hours: int = _setting(
        3, "Working hours before a promise would break in which its host hears.", least=0, most=40
    )
    recruiter_hears_hours: int = _setting(1, "The same for whoever recruits.", least=0, most=40)
    most_hosted: int = _setting(
        5, "People whom one colleague hosts at a time, while somebody else has room.", least=1, most=100
    )
    senior_level: int = _setting(
        8, "From this level of the role on (1 to 10) an executive is proposed as the host.", least=1, most=11
    )
    introduction_days: int = _setting(
        14,
        "Days in which an introduction that somebody makes themselves may be expected. Nobody is reminded.",
        least=1,
    )


@dataclass(frozen=True)
class RetentionPolicy:
    """Rules 6 and 7: how long what is kept about a person named."""

    name_days: int = _setting(
        28,
        "A name that nobody contacted is erased after so many days (Art. 14 GDPR: a month).",
        least=1,
        most=28,
    )
    anonymous_name_days: int = _setting(14, "The same for a name whose giver nobody knows.", least=1, most=28)
    steward_days: int = _setting(
        21, "After so many days without contact the steward is told.", least=1, most=28
    )
    unanswered_days: int = _setting(60, "Contacted, and no answer.", least=1, most=365)
    closed_months: int = _setting(
        6, "After a VIP was closed, where the country below says nothing else.", most=24
    )
    closed_months_in: NumberByName = _setting(
        {"AT": 7, "DE": 6}, "The same by country: Austria reckons seven months.", most=24, grows=True
    )
    confidence_days: int = _setting(
        90, "The link to somebody who gave a name in confidence, at most.", least=1, most=90
    )
    receipt_days: int = _setting(90, "A receipt and what was said on its page, after the release.", least=1)
    ask_months: int = _setting(
        6, "An ask: who, when, what came of it; then only a keyed hash that prevents a second one.", least=1
    )
    log_years: int = _setting(3, "The log of disclosures and erasures, without content.", least=1, most=10)


@dataclass(frozen=True)
class FilePolicy:
    """The CSV files: what other systems call them, and how much we take."""

    names: WordsByName = _setting(foreign.FILES, "Other names of our files, without .csv.")
    headers: WordsByName = _setting(
        foreign.HEADERS,
        'Other headers for our columns, by "file.column"; "!" before one says that it means the opposite.',
    )
    values: WordsByName = _setting(foreign.VALUES, 'Other words for our values, by "file.column.value".')
    most_megabytes: int = _setting(1000, "All files together, unpacked, may be this large.", least=1)
    most_cell_characters: int = _setting(100_000, "A cell may be this long.", least=1000, most=100_000_000)


@dataclass(frozen=True)
class Policy:
    """All settings of a workspace."""

    ask: AskPolicy = AskPolicy()
    gates: GatePolicy = GatePolicy()
    askers: AskerPolicy = AskerPolicy()
    channel: ChannelPolicy = ChannelPolicy()
    reasons: ReasonPolicy = field(default_factory=ReasonPolicy)
    tone: TonePolicy = field(default_factory=TonePolicy)
    disclosure: DisclosurePolicy = DisclosurePolicy()
    hosting: HostingPolicy = HostingPolicy()
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    files: FilePolicy = field(default_factory=FilePolicy)


def changed(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """The policy with the sections and keys of `changes` put in, as read from TOML.

    An unknown key, a wrong type or a number out of bounds raises PolicyError,
    which names the key and what would be right.
    """
    sections = {}
    for name, settings in changes.items():
        section = getattr(policy, _known(name, [f.name for f in dataclasses.fields(policy)], "section"))
        if not isinstance(settings, Mapping):
            raise PolicyError(f"[{name}] must be a table of settings, such as [{name}] on a line of its own.")
        sections[name] = _changed_section(name, section, settings)
    return dataclasses.replace(policy, **sections)


def _changed_section(name: str, section: Any, settings: Mapping[str, Any]) -> Any:
    fields = {f.name: f for f in dataclasses.fields(section)}
    values = {}
    for key, new in settings.items():
        setting = fields[_known(key, list(fields), f"setting in [{name}]")]
        values[key] = _changed_value(f"{name}.{key}", getattr(section, key), new, setting.metadata)
    return dataclasses.replace(section, **values)


def _changed_value(path: str, old: Any, new: Any, bounds: Mapping[str, Any]) -> Any:
    """One setting: numbers and words replace, tables merge, lists add up."""
    if isinstance(old, Mapping):
        if not isinstance(new, Mapping):
            raise PolicyError(f"{path} must be a table, not {_kind(new)}.")
        merged = dict(old)
        for name, value in new.items():
            if not bounds["grows"]:
                _known(name, list(old), f"name in {path}")
            default = () if any(isinstance(v, tuple) for v in old.values()) else 0.0
            before = old.get(name, default)
            # A number of a table may be a fraction, even where the default is written without one.
            before = before if isinstance(before, tuple) else float(before)
            merged[name] = _changed_value(f"{path}.{name}", before, value, bounds)
        return merged
    if isinstance(old, tuple):
        return _added(path, old, new)
    if isinstance(old, bool):
        if not isinstance(new, bool):
            raise PolicyError(f"{path} must be true or false, not {_kind(new)}.")
        return new
    return _number(path, old, new, bounds)


def _added(path: str, old: Words, new: Any) -> Words:
    if not isinstance(new, list) or not all(isinstance(word, str) for word in new):
        raise PolicyError(f'{path} must be a list of texts, such as ["one", "two"], not {_kind(new)}.')
    less = [word[1:].strip() for word in new if word.startswith("-")]
    for word in less:
        if word not in old:
            raise PolicyError(f'{path} has no "{word}" to take out.')
    more = [word.strip() for word in new if not word.startswith("-")]
    if not all(more):
        raise PolicyError(f"{path} holds an empty text.")
    return tuple(dict.fromkeys([word for word in old if word not in less] + more))


def _number(path: str, old: float, new: Any, bounds: Mapping[str, Any]) -> float:
    whole = isinstance(old, int)
    if isinstance(new, bool) or not isinstance(new, int if whole else (int, float)):
        raise PolicyError(f"{path} must be a {'whole ' if whole else ''}number, not {_kind(new)}.")
    least, most = bounds["least"], bounds["most"]
    if not least <= new <= most:
        raise PolicyError(f"{path} is {new}; it must be at least {least:g} and at most {most:g}.")
    return new if whole else float(new)


def _known(name: str, names: list[str], what: str) -> str:
    if name in names:
        return name
    close = difflib.get_close_matches(name, names, n=1)
    mend = f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(sorted(names)[:12])}."
    raise PolicyError(f'"{name}" is no {what}; {mend}')


def _kind(value: Any) -> str:
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date or time")
