"""The kind of work that a title tells of."""

import pytest

from ifnotyou.playbook.cues import Work, work_of


@pytest.mark.parametrize(
    ("title", "work"),
    [
        ("Data Engineer", Work.DATA),
        ("Research Scientist", Work.DATA),
        ("Product Designer", Work.DESIGN),
        ("Senior UX Researcher", Work.DESIGN),
        ("Sales Engineer", Work.SALES),
        ("Account Executive", Work.SALES),
        ("Accountant", Work.MONEY),
        ("General Counsel", Work.MONEY),
        ("Growth Marketing Lead", Work.MARKETING),
        ("Softwareentwicklerin", Work.ENGINEERING),
        ("Ingénieure logiciel", Work.ENGINEERING),
        ("Engenheiro de software", Work.ENGINEERING),
        ("Head of Product", Work.PRODUCT),
        ("Production Engineer", Work.ENGINEERING),
        ("Talent Partner", Work.PEOPLE),
        ("HR Business Partner", Work.PEOPLE),
        ("Registered Nurse", Work.CARE),
        ("Office Manager", Work.CARE),
        ("Career Coach", Work.ANY),
        ("Taxi driver", Work.ANY),
        ("Gardener", Work.ANY),
        ("", Work.ANY),
    ],
)
def test_a_title_tells_of_a_kind_of_work(title, work):
    assert work_of(title) is work
