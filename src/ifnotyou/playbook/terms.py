"""What makes a connection sincere (playbook rule 3): the terms of a score, each with its sentence.

Terms are in standard deviations of how a candidate feels about the people
they met. Evidence and weights: docs/playbook.md, "Who asks".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from ifnotyou.playbook.evidence import Case, Evidence, Mail, Pair
from ifnotyou.playbook.policy import AskerPolicy
from ifnotyou.playbook.records import Employee

TIME_CAP = 3.0
MAIL_CAP = 16
MOST_KIND_LETTERS = 60
VOTES = {1: "definitely not", 2: "no", 3: "mixed", 4: "yes", 5: "strong yes"}


class Because(NamedTuple):
    """One reason for or against a colleague: a code, a sentence they would understand, what it adds to the score."""

    code: str
    text: str
    weight: float


class Terms:
    """The terms of one company: its policy's weights, and what each rater usually answers."""

    def __init__(self, evidence: Evidence, policy: AskerPolicy) -> None:
        """Read usual answers and records from `evidence`."""
        self._evidence = evidence
        self._policy = policy
        self._weights = policy.weights

    def of_pair(self, case: Case, employee: Employee, pair: Pair) -> list[Because]:
        """What passed between these two, as far as it moves the score."""
        candidate = self._candidate_said(case, employee)
        click = self._click(employee, pair)
        finer = (abs(candidate.weight) if candidate else 0.0) + (abs(click.weight) if click else 0.0)
        terms = [
            candidate,
            click,
            self._scorecard(case, employee, pair, finer),
            self._conversation(case, pair),
        ]
        if pair.mail is not None:
            terms += self._mail(case, pair.mail)
        return [term for term in terms if term and term.weight]

    def of_person(self, case: Case, employee: Employee, open_asks: int) -> list[Because]:
        """What speaks for or against the colleague, whoever the candidate is."""
        terms = [self._record(case, employee), self._same_function(case, employee)]
        if open_asks:
            text = f"You have asked somebody {_times(open_asks)} already these last weeks."
            terms.append(self._term("recent_asks", open_asks, text))
        return [term for term in terms if term and term.weight]

    def unknown(self, case: Case, pair: Pair) -> list[Because]:
        """The one doubt: neither of the two has said whether they clicked."""
        if pair.our_answers or pair.their_answers:
            return []
        return [Because("unknown", f"We have not heard whether you and {case.them} clicked.", 0.0)]

    def _term(self, code: str, value: float, text: str) -> Because:
        return Because(code, text, round(self._weights[code] * value, 3))

    def _fade(self, case: Case, when: datetime) -> float:
        """Conversations and mail count half after the policy's half-life."""
        days: int = max(0, (case.today - when.date()).days)
        return float(0.5 ** (days / self._policy.half_life_days))

    def _candidate_said(self, case: Case, employee: Employee) -> Because | None:
        """The strongest signal there is: whom the candidate says they enjoyed meeting."""
        if not case.named:
            return None
        value = case.named.get(employee.id)
        if value is None:
            value = -0.25 if max(case.named.values()) > 0 else 0.0
            text = f"Asked whom they enjoyed meeting, {case.them} named others."
        elif value > 0:
            text = f"{case.them} said that they enjoyed meeting you."
        else:
            text = f"{case.them} said that they enjoyed meeting others more."
        return self._term("candidate_named", value, text)

    def _record(self, case: Case, employee: Employee) -> Because | None:
        """How other candidates liked meeting the colleague: shown to the person, never as a figure."""
        if not self._policy.use_record:
            return None
        value = self._evidence.record(employee.id, case.candidate.id)
        if value > 0:
            return self._term("record", value, "Candidates usually enjoy meeting you.")
        return self._term("record", value, "Candidates have warmed more to others so far.")

    def _click(self, employee: Employee, pair: Pair) -> Because | None:
        """The colleague's own answer, as its distance from their usual one."""
        answer = pair.our_answer
        if answer is None:
            return None
        own = [pulse.score for pulse in pair.our_answers if pulse.score is not None]
        value = answer - self._evidence.clicks.without(employee.id, own)
        if value <= 0:
            return self._term("click", value, "You were less sure than usual that you two clicked.")
        rare = self._evidence.clicks.one_in(employee.id, answer)
        only = f", and you say so only 1 time in {rare}" if rare else ""
        return self._term("click", value, f"You said that you two clicked{only}.")

    def _scorecard(self, case: Case, employee: Employee, pair: Pair, finer: float) -> Because | None:
        """The vote, as its distance from the colleague's usual one.

        It weighs most where it is all there is; what a finer signal on the pair
        says already (`finer`, in score) is not counted twice.
        """
        vote = pair.vote
        if vote is None:
            return None
        value = vote - self._evidence.votes.without(employee.id, [card.overall for card in pair.votes])
        size = max(
            self._weights["scorecard"] * abs(value), self._weights["scorecard_alone"] * abs(value) - finer
        )
        if value <= 0:
            return Because(
                "scorecard", f"Your vote for {case.them} was cooler than your usual one.", -round(size, 3)
            )
        rare = self._evidence.votes.one_in(employee.id, vote)
        if rare:
            text = f'Your "{VOTES[vote]}" is rare: you gave it to 1 in {rare}.'
        else:
            text = f"Your vote for {case.them} was warmer than your usual one."
        return Because("scorecard", text, round(size, 3))

    def _conversation(self, case: Case, pair: Pair) -> Because:
        """log2(1 + minutes x kind / people from our side / 30), fading, capped."""
        amount = minutes = 0.0
        kinds: dict[str, None] = {}
        for talk in pair.conversations:
            amount += talk.minutes * talk.weight / talk.people * self._fade(case, talk.started_at)
            minutes += talk.minutes
            if talk.kind:
                kinds[talk.kind] = None
        times, names = len(pair.conversations), " and ".join(kinds)
        text = f"You talked {_times(times)}, {round(minutes)} minutes{' in all' if times > 1 else ''}"
        text += f": {names}." if 0 < len(names) <= MOST_KIND_LETTERS else "."
        return self._term("conversation", min(TIME_CAP, math.log2(1 + amount / 30)), text)

    def _mail(self, case: Case, mail: Mail) -> Iterator[Because]:
        """What the times of their messages tell. No mail is unknown, never a minus."""
        if mail.both_ways:
            amount = 1 + 0.05 * math.log2(min(mail.messages, MAIL_CAP))
            text = f"You wrote to each other, {mail.messages} messages."
            yield self._term("mail", amount * self._fade(case, mail.last), text)
        if mail.unprompted:
            text = f"{case.them} wrote to you unasked, and to nobody else of us that day."
            yield self._term("wrote_first", self._fade(case, mail.unprompted), text)
        if len(mail.reply_hours) > 1 and mail.other_reply_hours:
            yield self._reply_speed(case, mail)

    def _reply_speed(self, case: Case, mail: Mail) -> Because:
        """log10 of how much sooner they answer here than elsewhere, -1 to 1."""
        here, elsewhere = _typical(mail.reply_hours), _typical(mail.other_reply_hours)
        value = max(-1.0, min(1.0, math.log10(elsewhere / here)))
        how = f"{_times(len(mail.reply_hours))}, {_within(here)}"
        than = "sooner" if value > 0 else "later"
        return self._term(
            "reply_speed", value, f"{case.them} wrote back to you {how}, {than} than to others."
        )

    def _same_function(self, case: Case, employee: Employee) -> Because | None:
        if not employee.department or employee.department.casefold() != case.job.department.casefold():
            return None
        return self._term("same_function", 1, "You do the same kind of work.")


def _typical(hours: Iterable[float]) -> float:
    """The geometric mean: one reply after a holiday should not hide ten quick ones. A minute at the least."""
    logs = [math.log(max(hour, 1 / 60)) for hour in hours]
    return math.exp(sum(logs) / len(logs))


def _within(hours: float) -> str:
    for limit, words in (
        (1, "within the hour"),
        (4, "within a few hours"),
        (14, "the same day"),
        (36, "within a day"),
    ):
        if hours <= limit:
            return words
    return f"within {math.ceil(hours / 24)} days"


def _times(count: int) -> str:
    return {1: "once", 2: "twice", 3: "three times"}.get(count, f"{count} times")
