"""What the people of the made-up company say: in their notes, and about their decisions."""

from __future__ import annotations

TALKED_ABOUT = (
    "the ferry timetables",
    "your bakery's bookkeeping",
    "migrating a database on a Sunday",
    "the choir that sings in a car park",
    "how you got two teams to share one pager",
    "the map of forgotten footpaths",
    "teaching your father to read log files",
    "the oldest line of code you still like",
    "bees on an office roof",
    "the release that went out during a thunderstorm",
    "why nobody reads dashboards",
    "your year in the lighthouse museum",
    "hiring the person who disagreed with you",
    "the handover notes you wrote as short stories",
    "repairing radios with your neighbours",
    "the customer who sent postcards",
    "the meeting that you abolished",
    "learning to row at forty",
    "what a good question sounds like",
    "the queue that never emptied",
)
"""What two people may really have talked about; it fills the gap of a draft."""

WHY_NAMED = (
    "The calmest person I ever shared a pager with.",
    "Explains hard things so that you feel clever.",
    "Took over a mess once, and left it so that others could work on it.",
    "Asks the question that everybody else is too polite to ask.",
    "The best reviews I ever got were from them.",
    "Would know in a day what took us a year to find out.",
)
"""What is said about somebody who is named."""

PROFILE = "https://www.linkedin.com/in/made-up-{number}"
"""Where somebody may be found; they are made up, as the address says."""

WORK_SEEN = (
    "the talk about slow databases that you put online: I have sent it to half of my team",
    "your little tool for tide tables, whose manual made me laugh and then helped me",
    "what you wrote about mending software that nobody dares to touch",
    "the map of footpaths that you keep up: I walk with it",
)
"""The one true thing with which a host begins; it fills a letter's first gap."""

ROLE_IN_A_LINE = (
    "Lisbon or from home, 82,000 to 96,000 a year, and a team of five that is two years old",
    "Berlin with two days at home, 78,000 to 90,000, and the chance to begin anew instead of patching",
    "from anywhere between Lisbon and Helsinki, 85,000 to 99,000, with one week together every season",
)
"""The role as a host tells it; it fills the second."""

GOODBYE_REASONS = (
    "somebody else was a step further with the very thing that we need first",
    "what we could offer is not what you are looking for, and you said so better than I could",
)
"""What can be said aloud; it fills the gap of a goodbye."""

COMPANY_ADDRESS = "12 Harbour Street, Bristol BS1 4RW, United Kingdom"
AUTHORITY = "Information Commissioner’s Office, Wycliffe House, Water Lane, Wilmslow SK9 5AF"
"""What the made-up company says about itself in its privacy notice."""

ELSEWHERE = ("Hollow Tree Books", "Marsh & Ferry", "Nine Lanterns", "The Paper Mill", "")
"""Where they work, as far as it was told."""

_Sentences = dict[bool, tuple[str, ...]]

_ABOUT_A_CRITIQUE: _Sentences = {
    True: (
        "I called them: it is about one meeting, and they parted warmly with the person who asks.",
        "They said in the last talk that we may come back to them with a question.",
    ),
    False: (
        "They were let down by us. An ask would feel like salt.",
        "What they wrote is fair, and we have not mended it yet.",
    ),
}
_ABOUT_THE_SURVEY: _Sentences = {
    True: ("The unhappy answer was about the travel arrangements. With the team they were happy.",),
    False: ("They told us how it was. A thank-you is all that fits after this.",),
}
_ABOUT_ANYTHING: _Sentences = {
    True: ("I looked at what is recorded and talked with the team: nothing stands against it.",),
    False: ("It would not be sincere. We leave it at a thank-you.",),
}
_BY_DOUBT: dict[str, _Sentences] = {
    "critique": _ABOUT_A_CRITIQUE,
    "earlier_critique": _ABOUT_A_CRITIQUE,
    "unhappy": _ABOUT_THE_SURVEY,
    "perhaps_same_person": {
        True: ("I looked both of them up: they are two people who happen to share a name.",),
        False: ("It may well be the same person, and they were asked enough.",),
    },
}


def decisions(doubt: str, *, yes: bool) -> tuple[str, ...]:
    """Why somebody decided so, by the code of what made the playbook doubt."""
    return _BY_DOUBT.get(doubt, _ABOUT_ANYTHING)[yes]
