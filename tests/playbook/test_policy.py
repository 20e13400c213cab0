import tomllib
from dataclasses import fields
from datetime import date

import pytest

from ifnotyou.cli.policy import policy_lines
from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.policy import Policy, changed
from tests.factories import TODAY, Story


def test_numbers_replace_tables_merge_and_lists_grow():
    policy = changed(
        Policy(),
        {
            "ask": {"max_age_days": 30},
            "askers": {"weights": {"record": 0.5}, "kinds": {"karaoke": 1}},
            "reasons": {"phrases": {"location": ["ferry timetable"]}},
        },
    )
    assert policy.ask.max_age_days == 30
    assert policy.ask.once_months == Policy().ask.once_months
    assert policy.askers.weights["record"] == 0.5
    assert policy.askers.weights["click"] == Policy().askers.weights["click"]
    assert policy.askers.kinds["karaoke"] == 1
    assert policy.reasons.phrases["location"] == (*Policy().reasons.phrases["location"], "ferry timetable")


def test_a_minus_takes_a_default_out():
    default = Policy().reasons.phrases["location"]
    policy = changed(Policy(), {"reasons": {"phrases": {"location": [f"-{default[0]}"]}}})
    assert policy.reasons.phrases["location"] == default[1:]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"aks": {}}, 'did you mean "ask"'),
        ({"ask": {"max_age": 3}}, 'did you mean "max_age_days"'),
        ({"ask": 3}, r"\[ask\] must be a table"),
        ({"ask": {"max_age_days": "45"}}, "ask.max_age_days must be a whole number, not a text"),
        ({"ask": {"max_age_days": 4.5}}, "must be a whole number"),
        ({"ask": {"max_age_days": True}}, "must be a whole number"),
        ({"ask": {"max_age_days": -1}}, "ask.max_age_days is -1; it must be at least 0"),
        ({"ask": {"least_confidence": 2}}, "at most 1"),
        ({"askers": {"use_record": 1}}, "must be true or false, not a number"),
        ({"askers": {"weights": {"seniority": 1.0}}}, '"seniority" is no name in askers.weights'),
        ({"askers": {"weights": [1]}}, "askers.weights must be a table, not a list"),
        ({"askers": {"kinds": {"lunch": "much"}}}, "askers.kinds.lunch must be a number, not a text"),
        ({"reasons": {"phrases": {"location": "ferry"}}}, "must be a list of texts"),
        ({"reasons": {"phrases": {"location": [1]}}}, "must be a list of texts"),
        ({"reasons": {"phrases": {"location": [" "]}}}, "empty text"),
        ({"reasons": {"phrases": {"location": ["-no such phrase"]}}}, 'no "no such phrase" to take out'),
        ({"reasons": {"phrases": {"loaction": ["x"]}}}, 'did you mean "location"'),
    ],
)
def test_a_wrong_policy_names_the_key_and_the_mend(changes, message):
    with pytest.raises(PolicyError, match=message):
        changed(Policy(), changes)


def numbers():
    """Every number of the policy by its key, with its bounds."""
    for section in fields(Policy()):
        for setting in fields(getattr(Policy(), section.name)):
            value = getattr(getattr(Policy(), section.name), setting.name)
            keys = value if isinstance(value, dict) else {None: value}
            for name, number in keys.items():
                if isinstance(number, int | float) and not isinstance(number, bool):
                    yield section.name, setting.name, name, setting.metadata


@pytest.mark.parametrize(("section", "setting", "name", "bounds"), list(numbers()))
@pytest.mark.parametrize("end", ["least", "most"])
def test_every_number_may_be_as_small_and_as_large_as_it_says(section, setting, name, bounds, end):
    number = type(getattr(getattr(Policy(), section), setting) if name is None else 0.0)(bounds[end])
    policy = changed(Policy(), {section: {setting: number if name is None else {name: number}}})
    story = Story().candidate(level=9).met("maya", "jon").met("boss", minutes=60, kind="lunch")
    story.voted("maya", 5).clicked("maya", 4).enjoyed("boss", 5).wrote("jon", days=8).answered("jon", days=8)
    story.candidate("asked").asked("jon", candidate="asked", days=20)
    story.candidate("other").offer("o2", "other").met("maya", candidate="other")
    for day in (TODAY, date(1990, 1, 1), date(2100, 12, 31)):
        assert len(story.plan(policy, day)) == 2


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**30])
def test_a_number_out_of_this_world_is_told(number):
    for changes in ({"askers": {"half_life_days": float(number)}}, {"ask": {"max_age_days": 10**30}}):
        with pytest.raises(PolicyError, match="it must be at least"):
            changed(Policy(), changes)


def test_the_printed_policy_is_a_policy_file_that_changes_nothing():
    printed = tomllib.loads("\n".join(policy_lines(Policy())))
    assert changed(Policy(), printed) == Policy()


def test_every_setting_says_why():
    for section in fields(Policy()):
        for setting in fields(getattr(Policy(), section.name)):
            assert len(setting.metadata["why"]) > 15, (section.name, setting.name)
