"""Declined, withdrew, rejected: every line of the decision table, and what the playbook says then."""

import itertools
from dataclasses import replace

import pytest

from ifnotyou.playbook.offers import DOUBTS, Doubt, EndedBy, OfferState, outcome
from ifnotyou.playbook.records import OfferStatus
from tests.factories import Story, codes

NEVER_SENT = None
TABLE = {
    # newest offer: still open, ended by the candidate, by the company, by nobody knows whom
    "declined": ("declined", "declined", "declined: contradiction", "declined: who_ended_it"),
    "sent": ("open", "declined: not_updated", "rescinded", "declined: who_ended_it"),
    "approved": ("open", "declined: not_updated", "rescinded", "declined: who_ended_it"),
    "accepted": ("accepted", "declined: left_after_signing", "accepted", "accepted"),
    "withdrawn": ("rescinded", "rescinded", "rescinded", "rescinded"),
    "superseded": ("open", "declined: not_updated", "rescinded", "declined: who_ended_it"),
    "not_sent": (NEVER_SENT, NEVER_SENT, NEVER_SENT, NEVER_SENT),
    "unknown": ("open", "declined: state_unknown", "rescinded", "declined: state_unknown"),
}
LINES = [
    (OfferState(state), EndedBy(ended_by), wanted)
    for state, line in TABLE.items()
    for ended_by, wanted in zip(("nobody", "candidate", "company", "unknown"), line, strict=True)
]


def test_the_table_has_a_line_for_everything_there_is():
    assert {(state, ended_by) for state, ended_by, _ in LINES} == set(itertools.product(OfferState, EndedBy))


@pytest.mark.parametrize(("state", "ended_by", "wanted"), LINES)
def test_every_line_of_the_table(state, ended_by, wanted):
    found = outcome(state, ended_by)
    told = f"{found.status}: {found.doubt}" if found.doubt else found.status
    assert told == wanted


@pytest.mark.parametrize(("state", "ended_by", "wanted"), LINES)
def test_what_the_playbook_says_of_every_line(state, ended_by, wanted):
    status, doubt = outcome(state, ended_by)
    story = Story().met("maya", minutes=60, kind="lunch").voted("maya", 5)
    story.offers = [
        replace(one, status=status, doubt=doubt or "") for one in story.offers if status is not None
    ]
    verdicts = [planned.verdict for planned in story.plan()]
    assert verdicts == {"declined": ["ask"]}.get(wanted, ["decide"] if doubt else [])


@pytest.mark.parametrize("doubt", Doubt)
def test_whoever_decides_is_told_in_words_what_is_doubtful(doubt):
    story = Story().met("maya", minutes=60, kind="lunch").voted("maya", 5)
    story.offers = [replace(story.offers[0], doubt=doubt)]
    because = story.the().because
    assert f"doubt_{doubt}" in codes(because)
    text = next(why.text for why in because if why.code == f"doubt_{doubt}")
    assert text == DOUBTS[doubt].format(them="Noor")
    assert "{" not in text


def test_a_word_that_nobody_knows_is_never_a_decline_that_may_be_asked_about():
    for ended_by in EndedBy:
        found = outcome(OfferState.UNKNOWN, ended_by)
        assert found.status is not OfferStatus.DECLINED or found.doubt is not None


def test_nobody_is_asked_whom_the_company_let_go():
    for state in OfferState:
        found = outcome(state, EndedBy.COMPANY)
        assert found.status is not OfferStatus.DECLINED or found.doubt is not None
