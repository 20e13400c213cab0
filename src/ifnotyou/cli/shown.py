"""A plan as people read it on a terminal: what to do first, the rest by its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TextIO

from rich.console import Console
from rich.text import Text

from ifnotyou.files.problems import Problem
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.connection import Asker, Confidence
from ifnotyou.playbook.plan import PlannedDecline
from ifnotyou.playbook.reasons import Category
from ifnotyou.playbook.verdict import Verdict

WIDTH_OF_A_FILE = 100
MOST_ROWS = 20
LATE = frozenset({"too_old", "role_filled", "role_closed"})

CHANNELS = {Channel.CONVERSATION: "in conversation", Channel.EMAIL: "by a personal mail"}


class Shown:
    """Prints a plan to a stream: in colours on a terminal, as plain text elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`; a file or a pipe is 100 columns wide."""
        width = None if stream.isatty() else WIDTH_OF_A_FILE
        self.console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)

    def plan(self, plan: Sequence[PlannedDecline], problems: Sequence[Problem], today: date) -> None:
        """The asks with who, why, how and draft; the decisions with their reasons; the rest a line each."""
        by_verdict: dict[Verdict, list[PlannedDecline]] = {verdict: [] for verdict in Verdict}
        for planned in plan:
            by_verdict[planned.verdict].append(planned)
        counts = ", ".join(f"{len(found)} {verdict}" for verdict, found in by_verdict.items())
        self._line(f"{len(plan)} declined offers as of {today.isoformat()}: {counts}.", "bold")
        for planned in by_verdict[Verdict.ASK]:
            self.ask(planned)
        late = [planned for planned in by_verdict[Verdict.DECIDE] if is_late(planned)]
        self._decisions([planned for planned in by_verdict[Verdict.DECIDE] if not is_late(planned)])
        self._rows("Too late for a decision", late)
        self._rows("Missed", by_verdict[Verdict.MISSED])
        self._rows("Never", by_verdict[Verdict.NEVER])
        self._problems(problems)

    def ask(self, planned: PlannedDecline) -> None:
        """One ask: why, who, how, who else, who not, and the draft."""
        self._line(f"ASK  {_who(planned)}", "bold green", above=1)
        if planned.decline.reason.category is Category.UNKNOWN:
            self._line(f"In their words: {planned.decline.reason.text}", indent=5)
        for why in planned.because:
            self._line(why.text, indent=5)
        first, *others = planned.connections.askers
        close = f": {others[0].employee.name} is as good" if planned.confidence is Confidence.TOSS_UP else ""
        how = f"{first.employee.name} asks, {CHANNELS[planned.channel]} ({planned.confidence}{close})"
        self._line(how, "bold", indent=5)
        for because in first.because:
            weight = _signed(because.weight) if because.weight else "  ?  "
            self._line(f"{weight}  {because.text}", indent=7)
        if others:
            self._line(f"Else: {_names(others)}", indent=5)
        self._passed_over(planned)
        if planned.draft:
            self._line(f"Subject: {planned.draft.subject}", "italic", indent=9, above=1)
            self._line(planned.draft.body, "italic", indent=9, above=1)

    def _decisions(self, planned: Sequence[PlannedDecline]) -> None:
        if planned:
            self._line(f"A person decides ({len(planned)})", "bold", above=1)
        for one in planned:
            self._line(_who(one), "bold", above=1)
            self._line(f"In their words: {one.decline.reason.text}", indent=5)
            for why in one.because:
                self._line(why.text, indent=5)
            if one.connections.askers:
                self._line(f"If yes ({one.confidence}): {_names(one.connections.askers)}", indent=5)
            self._passed_over(one)

    def _passed_over(self, planned: PlannedDecline) -> None:
        if planned.connections.passed_over:
            self._line("Not: " + " ".join(p.text for p in planned.connections.passed_over), "dim", indent=5)

    def _rows(self, title: str, planned: Sequence[PlannedDecline]) -> None:
        if not planned:
            return
        self._line(f"{title} ({len(planned)})", "bold", above=1)
        for one in planned:
            self._line(f"{_who(one)}. {' '.join(why.text for why in one.because)}", indent=2)

    def _problems(self, problems: Sequence[Problem]) -> None:
        if not problems:
            return
        self._line(f"Problems in the files ({len(problems)})", "bold yellow", above=1)
        for problem in problems[:MOST_ROWS]:
            row = f", row {problem.row}" if problem.row else ""
            column = f", {problem.column}" if problem.column else ""
            self._line(f"{problem.file}{row}{column}: {problem.text}", indent=2)
        if len(problems) > MOST_ROWS:
            rest = Counter(problem.file for problem in problems[MOST_ROWS:])
            files = ", ".join(f"{count} in {file}" for file, count in sorted(rest.items()))
            self._line(f"and {len(problems) - MOST_ROWS} more ({files}): --format json lists all.", indent=2)

    def _line(self, text: str, style: str = "", *, indent: int = 0, above: int = 0) -> None:
        """A paragraph, wrapped; no line of it ends in blanks that a copied draft would carry along."""
        self.console.print("\n" * above, end="")
        for line in Text(_safe(text), style=style).wrap(self.console, self.console.width - indent):
            line.rstrip()
            self.console.print(Text(" " * indent) + line if line else "", soft_wrap=True)


def is_late(planned: PlannedDecline) -> bool:
    """Whether it is too late for an ask, whatever a person would decide."""
    return any(why.code in LATE for why in planned.because)


def _who(planned: PlannedDecline) -> str:
    decline = planned.decline
    day = decline.day.isoformat() if decline.day else "on an unknown day"
    return f"{decline.candidate.name}, {decline.job.title or 'a role without a title'}, declined {day}"


def _names(askers: Iterable[Asker]) -> str:
    return ", ".join(f"{asker.employee.name} ({_signed(asker.score)})" for asker in askers)


def _signed(value: float) -> str:
    """Two digits with a sign, and no minus before a zero."""
    return f"{round(value, 2) + 0.0:+.2f}"


def _safe(text: str) -> str:
    """Text from a file without the control characters that would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
