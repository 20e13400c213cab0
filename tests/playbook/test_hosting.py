"""Who is proposed as the host, and which way somebody named may go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.hosting import (
    ENDED,
    HOSTED,
    IN_TOUCH,
    MAY_HAVE_LEFT,
    OURS,
    Because,
    HostCandidate,
    LetterState,
    Step,
    VipStage,
    may_move,
    propose_host,
)
from ifnotyou.playbook.policy import HostingPolicy

POLICY = HostingPolicy()
S = VipStage


def proposed(*candidates, level=5, policy=POLICY):
    found = propose_host(candidates, level, policy)
    return found and (found.key, found.because)


BOSS = HostCandidate(1, Because.SENIOR_ROLE)
MANAGER = HostCandidate(2, Because.HIRING_MANAGER)
ASKER = HostCandidate(3, Because.ASKER)
RECRUITER = HostCandidate(4, Because.RECRUITER)
ADMIN = HostCandidate(5, Because.NOBODY_ELSE)
ALL = (ADMIN, RECRUITER, ASKER, MANAGER, BOSS)


def but(one, **about):
    return HostCandidate(**{field: getattr(one, field) for field in one.__dataclass_fields__} | about)


@pytest.mark.parametrize(
    ("candidates", "level", "who"),
    [
        (ALL, 8, BOSS),  # a senior person
        (ALL, 7, MANAGER),
        (ALL, None, MANAGER),
        ((ADMIN, RECRUITER, ASKER), 5, ASKER),
        ((ADMIN, RECRUITER), 5, RECRUITER),
        ((ADMIN, BOSS), 5, ADMIN),  # an executive hosts for a senior role only
        ((*ALL, but(ASKER, in_copy=True)), 9, ASKER),  # they write to each other already
        ((but(MANAGER, away=True), ASKER), 5, ASKER),
        ((but(MANAGER, active=False), ASKER), 5, ASKER),
        ((but(MANAGER, hosting=5), ASKER), 5, ASKER),  # has no room
        ((but(MANAGER, hosting=5), but(ADMIN, hosting=7)), 5, MANAGER),  # nobody has
        ((but(RECRUITER, hosting=1), but(RECRUITER, key=9)), 5, but(RECRUITER, key=9)),  # whoever hosts fewer
        ((but(ADMIN, key=8), ADMIN), 5, ADMIN),
    ],
)
def test_who_is_proposed(candidates, level, who):
    assert proposed(*candidates, level=level) == (who.key, who.because)


def test_where_nobody_is_there_nobody_is_proposed():
    assert proposed() is None
    assert proposed(but(MANAGER, away=True), but(ADMIN, active=False)) is None


CANDIDATES = st.lists(
    st.builds(
        HostCandidate,
        st.integers(0, 30),
        st.sampled_from(list(Because)),
        st.integers(0, 8),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda one: one.key,
)


@given(CANDIDATES, st.none() | st.integers(1, 10), st.randoms())
def test_whoever_is_proposed_is_there_has_room_if_anybody_has_and_does_not_hang_on_the_order(
    candidates, level, chance
):
    found = proposed(*candidates, level=level)
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert proposed(*shuffled, level=level) == found
    senior = level is not None and level >= POLICY.senior_level
    there = [
        one
        for one in candidates
        if one.active and not one.away and (senior or one.because is not Because.SENIOR_ROLE)
    ]
    assert (found is None) == (not there)
    if found is not None:
        (one,) = [one for one in there if one.key == found[0]]
        assert one.hosting < POLICY.most_hosted or all(o.hosting >= POLICY.most_hosted for o in there)


def test_the_whole_table_of_ways():
    ways = {(one.value, other.value) for one in S for other in S if may_move(one, other)}
    assert ways == {
        ("named", "taken"),
        ("taken", "named"),
        ("taken", "contacted"),
        ("contacted", "talking"),
        ("contacted", "in_process"),
        ("contacted", "parted"),
        ("talking", "contacted"),
        ("talking", "in_process"),
        ("talking", "parted"),
        ("in_process", "talking"),
        ("in_process", "hired"),
        ("in_process", "parted"),
        ("hired", "in_process"),
        ("parted", "talking"),
    }


def test_once_they_have_heard_from_us_nothing_leads_back_to_not_having():
    before = {S.NAMED, S.TAKEN}
    assert not any(may_move(one, other) for one in set(S) - before for other in before)


def test_nobody_is_parted_with_who_has_not_heard_from_us():
    assert {one for one in S if may_move(one, S.PARTED)} == IN_TOUCH
    assert IN_TOUCH < HOSTED
    assert HOSTED | ENDED | {S.NAMED} == set(S)


def test_all_steps_but_waiting_are_ours():
    assert set(Step) - OURS == {Step.WAIT}


def test_any_letter_but_a_draft_may_have_been_read():
    assert set(LetterState) - MAY_HAVE_LEFT == {LetterState.DRAFT}
