"""Why somebody said no, as a hurried recruiter writes it down.

What is true (the category) and what is told are two things: the label may be
an empty default of the system, the note may be missing, and a critique may
hide behind praise. Some notes hold private facts, so that it can be shown
that these never reach a draft.
"""

from __future__ import annotations

from typing import NamedTuple

from ifnotyou.sample import words
from ifnotyou.sample.dice import Dice, Odds

CATEGORIES = Odds(
    {
        "other_offer": 23,
        "compensation": 14,
        "personal": 10,
        "location": 10,
        "counter_offer": 9,
        "timing": 8,
        "role": 8,
        "critique": 8,
        "unknown": 5,
        "working_style": 3,
        "founding": 2,
    }
)
TONES = Odds({"plain": 45, "veiled": 25, "mixed": 30})
"""How a critique is put."""


class Reason(NamedTuple):
    """A decline's true reason and what the records say of it."""

    category: str
    label: str
    notes: str
    tone: str
    """Of a critique: plain, veiled or mixed with praise; else ""."""
    told: bool
    """Whether label or notes tell the category at all."""
    private: str
    """Words of the notes that are nobody's business, "" where there are none."""
    named: bool
    """Whether the notes name the interviewer that the critique is about."""


# Labels as the systems ship them or their customers first add them. The vague ones tell nothing.
_LABELS: dict[str, tuple[str, ...]] = {
    "other_offer": (
        "Took another job",
        "Accepted another job",
        "Accepted another offer",
        "Took another offer",
    ),
    "compensation": ("Compensation", "Comp", "Didn't like offer", "Pay", "Salary expectations"),
    "personal": ("Personal reasons", "Personal", "Family reasons"),
    "location": ("Commute", "Location", "Location / remote", "Relocation"),
    "counter_offer": ("Will stay in current company", "Counter-offer", "Stays with current employer"),
    "timing": ("Timing", "Wasn't available", "Start date / availability"),
    "role": ("Role or level not right", "Better for another role", "Role fit"),
    "critique": (
        "Cultural fit",
        "Culture Fit",
        "Team or culture",
        "Process too slow",
        "Lack of recruiter follow-up",
    ),
    "working_style": ("Working style", "Remote policy", "Work-life balance"),
    "founding": ("Starting own company", "Founding"),
    "unknown": ("No reason given", "Unknown"),
}
_VAGUE = (
    "Offer declined",
    "Rejected offer",
    "They rejected us - Other",
    "Other",
    "Withdrew",
    "Wasn't interested",
    "Not interested",
    "",
    "",
    "",
)

_SLOTS: dict[str, tuple[str, ...]] = {
    "parent": ("mother", "father", "mum", "dad", "grandmother", "sister", "brother", "partner"),
    "illness": (
        "is seriously ill",
        "had a stroke",
        "was diagnosed with cancer",
        "is in hospital",
        "needs full-time care",
    ),
    "town": (
        "Berlin",
        "Lisbon",
        "Toronto",
        "Austin",
        "Leeds",
        "Gdańsk",
        "Zürich",
        "Nairobi",
        "Melbourne",
        "Porto",
    ),
    "month": (
        "January",
        "March",
        "May",
        "summer",
        "September",
        "October",
        "next spring",
        "the end of the year",
    ),
    "days": ("two", "three", "four", "2", "3", "4"),
    "percent": ("8", "10", "12", "15", "18", "20", "25", "30"),
    "pay": ("12k", "15k", "18k", "20k", "25k", "30k", "about 10k", "almost 40k"),
    "team": (
        "platform team",
        "payments team",
        "data team",
        "mobile team",
        "growth team",
        "core team",
        "research group",
    ),
    "years": ("three years", "four years", "5 yrs", "6 years", "almost ten years"),
    "level": ("senior", "staff", "principal", "lead", "a manager role", "head-of"),
    "field": (
        "climate",
        "health care",
        "education tech",
        "robotics",
        "games",
        "open source",
        "bio",
        "energy",
    ),
    "friend": (
        "a friend from university",
        "two old colleagues",
        "their former manager",
        "a co-founder",
        "an ex-colleague",
    ),
    "when": (
        "this morning",
        "yesterday",
        "just now",
        "last night",
        "on Friday",
        "after the weekend",
        "at lunch",
    ),
}

_NOTES: dict[str, tuple[str, ...]] = {
    "other_offer": (
        "accepted an offer from {company}",
        "going with {company}, they moved faster on paper",
        "signed with {company} {when}",
        "had two offers on the table and picked {company}",
        "chose {company}: they want to work in {field}",
        "took the other offer, a {level} seat at {company}",
        "joining {company} with {friend}",
        "is going to {company}. Dream job in {field}, they said, nothing against us",
        "decided for another company, did not want to say which",
        "other process finished first and they said yes there",
        "has accepted elsewhere ({company})",
        "went for the opportunity at {company} - closer to {field}",
    ),
    "compensation": (
        "we were {pay} short on base",
        "base too low for them, wanted {percent}% more",
        "comp. They need {pay} more and we are at the top of the band",
        "salary expectations not met, equity did not make up for it",
        "asked for {percent}% more, finance said no",
        "package did not work: base ok, no bonus, less pension",
        "could not match what they earn today ({pay} gap)",
        "money. Would have come for {percent}% on top",
        "the equity part was too small for them to leave what they have vested",
        "pay, mostly. We offered the middle of the band and they wanted the top",
        "our number was too low, they were nice about it",
    ),
    "personal": (
        "family reasons, they need to stay close to home for now",
        "personal circumstances changed, no change of job this year",
        "something came up in the family and they cannot start anything new",
        "for personal reasons, asked us to keep the door open",
        "wants to be there for the family for a while",
        "life got in the way, their words",
        "not the moment for a new job for private reasons",
        "is taking time off for family, does not take any job now",
    ),
    "personal_private": (
        "their {parent} {illness}, so everything else has to wait",
        "{parent} {illness}; they have to be at home for now",
        "expecting a baby in {month} and does not want to change jobs before",
        "going through a divorce and needs to stay put",
        "told me in confidence that their {parent} {illness}",
        "burnout last year, the doctor told them to wait with anything new",
    ),
    "location": (
        "does not want to move to {town} after all",
        "relocation to {town} is off, partner found work where they live",
        "commute would be 90 minutes each way",
        "wanted fully remote, we can only do hybrid for this seat",
        "cannot relocate: the kids just started school in {town}",
        "moving to {town}, where we have no entity",
        "visa for {town} would have taken too long",
        "stays in {town}; we need somebody on site",
        "the office is too far out for them, no train",
        "would have to leave {town} and does not want to",
    ),
    "timing": (
        "cannot start before {month}",
        "notice period of six months, we need somebody sooner",
        "wants to finish the degree first, done in {month}",
        "on a sabbatical until {month}",
        "timing. In the middle of a big launch and will not leave the team now",
        "not ready to move before {month}, vesting cliff",
        "would love to talk again in {month}",
        "start date did not work: we need April, they can do {month}",
        "bad timing, just promised their lead to stay until {month}",
    ),
    "counter_offer": (
        "current employer countered with {percent}% more",
        "stays where they are: got promoted to {level} when they resigned",
        "counter-offer from the current company, could not say no",
        "their boss fought for them, new title and {pay}",
        "resigned, was counter offered, stays",
        "staying put - they were offered the lead of the {team}",
        "their company matched and added a retention bonus",
        "decided to stay with the current company after {years}",
    ),
    "founding": (
        "starting a company with {friend}",
        "is founding something of their own in {field}",
        "got pre-seed money for their own startup and goes all in",
        "going freelance and building a product in {field} on the side",
        "wants to try their own thing before it is too late",
        "co-founding with {friend}, in stealth, {field}",
    ),
    "role": (
        "wanted {level}, we offered one level below",
        "the role has less hands-on work than they want",
        "scope too narrow, wants to own more than the {team}",
        "would rather do management, this seat is an IC role",
        "not the right level for them after {years} as {level}",
        "prefers the {team}, where we have nothing open",
        "role was too much maintenance, they want to build new things",
        "too much management and too little building for their taste",
        "title. They are {level} today and did not want to step back",
        "different stack than they want to work in",
    ),
    "working_style": (
        "wants a four-day week, we could not offer that",
        "does not want to be on call",
        "we work with {days} office days, they want to choose",
        "prefers pair programming all day, we do not work like that",
        "looking for something slower after a startup",
        "wants fixed hours, the team spans six time zones",
        "too many meetings across time zones for how they like to work",
        "prefers async work over our standups",
    ),
    "unknown": (
        "no reason given",
        "did not say why",
        "short mail, no details",
        "asked twice, they would rather not go into it",
        "declined in the portal without a comment",
        "tbd, waiting to hear more",
        "left it open",
        "see mail",
    ),
    "critique_plain": (
        "did not like how {who} talked to them in the panel",
        "felt {who} was dismissive, said it was not OK",
        "process far too slow, five weeks without a word",
        "nobody from our side was prepared, they had to explain their CV four times",
        "does not trust our leadership after the layoffs",
        "read the reviews and talked with former employees, no longer wants to work here",
        "uneasy with what our product does with people's data",
        "the case took them a whole weekend and nobody gave feedback. Angry, rightly so",
        "interviewers contradicted each other about the role, they do not believe us any more",
        "said the tone in the final round was arrogant",
        "was asked about family plans in the interview (!!), will not join",
        "got ghosted by us for three weeks and lost interest",
    ),
    "critique_veiled": (
        "did not feel it, something was off in the last round",
        "said the chemistry with the team was not what they hoped for",
        "came away with some doubts about how decisions are made here",
        "gut feeling, after meeting everybody",
        "hoped for a bit more warmth, I think",
        "they had questions about the culture that we could not really answer",
        "expected a different kind of conversation with {who}",
        "would have liked to hear from us earlier",
        "not sure we mean what we say on the careers page",
        "did not see people like them on the panel",
    ),
    "critique_mixed": (
        "loved the team, but the process wore them out",
        "great talk with the hiring manager, however the panel felt like an exam and {who} kept interrupting",
        "very fond of everybody they met and still worried about our finances, did not believe our answer",
        "said wonderful things about the product, less so about how we treated their time",
        "really enjoyed lunch. The final round, though, was cold and they cannot forget it",
        "thinks highly of the engineers but does not trust the roadmap we showed",
        "friendly note, many thanks, and then a long paragraph on how chaotic the scheduling was",
        "would recommend the team to anybody, not the leadership",
    ),
}
_OPENERS = (
    "",
    "",
    "",
    "",
    "Called {when}: ",
    "Spoke {when}, ",
    "By mail {when}: ",
    "Phone call, 20 min. In short: ",
    "Declined {when}. ",
    "FYI ",
    "So sorry about this one. ",
    "Short call with {first}: ",
    "{first} wrote {when}, ",
    "Got the no {when} - ",
)
_TAILS = (
    "",
    "",
    "",
    "",
    " Very kind about it.",
    " Would like to stay in touch.",
    " Door is open for later.",
    " Really a pity.",
    " Thanked everybody.",
    " Second one this quarter for this seat!",
    " Sent a thank-you.",
    "\nKeep warm for next year.",
    ' Said "maybe another time".',
    " HM informed.",
    " Let's talk about it in the weekly, please.",
)
_CRITIQUE_TAILS = (
    "",
    "",
    "",
    " HM informed.",
    " Let's talk about it in the weekly, please.",
    "\nFor the debrief.",
)
_SHORTER = (
    (" because ", " bc "),
    ("company", "co"),
    (" with ", " w/ "),
    ("compensation", "comp"),
    ("interview", "itw"),
    (" and ", " & "),
    ("months", "mths"),
    ("please", "pls"),
)


def reason(dice: Dice, category: str, first_name: str, least_liked: str) -> Reason:
    """What stands in the two fields of the offer; `least_liked` is the interviewer a critique may name."""
    tone = dice.among(TONES) if category == "critique" else ""
    has_label = dice.chance(0.6)
    has_notes = dice.chance(0.82) or (bool(tone) and tone != "plain")
    label = dice.pick(_LABELS[category]) if has_label and tone in {"", "plain"} else dice.pick(_VAGUE)
    notes, private, named = (
        _note(dice, category, tone, first_name, least_liked) if has_notes else ("", "", False)
    )
    told = category != "unknown" and (has_notes or (has_label and tone in {"", "plain"}))
    return Reason(category, label, notes, tone, told, private, named)


def _note(dice: Dice, category: str, tone: str, first_name: str, least_liked: str) -> tuple[str, str, bool]:
    """A note, its private words, and whether it names an interviewer."""
    is_private = category == "personal" and dice.chance(0.45)
    key = f"{category}_{tone}" if tone else category + "_private" * is_private
    template = dice.pick(_NOTES[key])
    slots = {name: dice.pick(choices) for name, choices in _SLOTS.items()}
    slots |= {"company": words.company(dice), "first": first_name, "who": least_liked}
    core = template.format(**slots)
    text = (dice.pick(_OPENERS).format(**slots) + core).strip()
    text = text[0].upper() + text[1:]
    if text[-1] not in ".!":
        text += "."
    text += dice.pick(_CRITIQUE_TAILS if tone else _TAILS)
    private = core if is_private else ""
    if not is_private and "{who}" not in template:
        text = _hurried(dice, text)
    return text, private, "{who}" in template


def _hurried(dice: Dice, text: str) -> str:
    """The same in a hurry: no capitals, abbreviations, no full stop. Mostly left as it is."""
    if dice.chance(0.15):
        text = text.lower()
    if dice.chance(0.15):
        for long, short in _SHORTER:
            text = text.replace(long, short)
    if dice.chance(0.2):
        text = text.rstrip(".")
    return text
