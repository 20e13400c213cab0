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

DECIDED_YES = (
    "I called them: the criticism is about one meeting, and they parted warmly with the person who asks.",
    "They said in the last talk that we may come back to them with a question.",
    "The survey was about the travel arrangements. With the team they were happy.",
)
DECIDED_NO = (
    "They were let down by us. An ask would feel like salt.",
    "What they wrote is fair, and we have not mended it yet.",
    "Nobody here knows them well enough for it to be sincere.",
    "A thank-you is all that fits after this.",
)
