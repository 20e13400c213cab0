"""What people usually answer: counted for a whole company, and left out where it would count twice."""

import pytest

from ifnotyou.playbook.habits import Habits, Liked, Total, read_habits, usual_answer
from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.policy import AskerPolicy
from tests.factories import Story


def habits(story):
    records = story.records()
    return read_habits(records, tell_apart(records.candidates.values()), AskerPolicy())


def test_answers_are_counted_by_colleague_and_in_all():
    story = Story().candidate("other").voted("maya", 5).voted("maya", 5, candidate="other").voted("jon", 1)
    story.clicked("maya", 3).clicked("sam", 4).enjoyed("maya", 2)
    found = habits(story)
    assert found.votes == {"maya": (0, 0, 0, 0, 2), "jon": (1, 0, 0, 0, 0)}
    assert found.all_votes == (1, 0, 0, 0, 2)
    assert found.clicks == {"maya": (0, 0, 1, 0, 0), "sam": (0, 0, 0, 1, 0)}
    assert found.all_clicks == (0, 0, 1, 1, 0)


def test_of_a_candidate_the_last_word_about_each_colleague_counts():
    story = Story().enjoyed("maya", 2, days=9).enjoyed("maya", days=3).enjoyed("jon", 1)
    found = habits(story)
    assert (found.answers_total, found.answers) == (5 + 1, 2)


def test_what_a_colleague_is_liked_for_is_more_than_the_candidate_usually_answers():
    found = habits(Story().enjoyed("maya", 5).enjoyed("jon", 1))
    usual = (6 + 4 * (6 + 4 * 3.5) / 6) / 6
    assert found.liked["maya"] == Liked(pytest.approx(5 - usual), 1)
    assert found.liked["jon"] == Liked(pytest.approx(1 - usual), 1)


def test_two_records_of_one_human_being_are_one_who_answers():
    story = Story().candidate(email="n@gmail.com").candidate("old", email="N@gmail.com")
    found = habits(story.enjoyed("maya", 5).enjoyed("maya", 4, candidate="old", days=9))
    assert found.liked["maya"].humans == found.answers == 1
    assert found.answers_total == 5


def test_nobody_has_no_habits():
    assert habits(Story()) == Habits()


@pytest.mark.parametrize(
    ("theirs", "everybodys", "shrink", "usual"),
    [
        (Total(0, 0), Total(0, 0), 4, 3.5),
        (Total(0, 0), Total(0, 0), 0, 3.5),
        (Total(10, 2), Total(10, 2), 0, 5),
        (Total(5, 1), Total(5, 1), 4, (5 + 4 * (5 + 14) / 5) / 5),
        (Total(-4, -1), Total(-4, -1), 1, 3.5),  # left out what was not counted yet
    ],
)
def test_a_usual_answer_starts_from_everybodys(theirs, everybodys, shrink, usual):
    assert usual_answer(theirs, everybodys, shrink, 3.5) == pytest.approx(usual)
