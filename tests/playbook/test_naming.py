"""Whom a few lines name, read by rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.naming import find_people, name_in_address, name_in_link, names_listed, read_one
from tests.playbook.naming_samples import FIRST_LOOK, SECOND_LOOK, STILL_WRONG

RIGHT = [sample for sample in (*FIRST_LOOK, *SECOND_LOOK) if sample[0] not in STILL_WRONG]


@pytest.mark.parametrize(("text", "people"), RIGHT, ids=[text[:40] for text, _ in RIGHT])
def test_the_samples_are_read_as_a_person_reads_them(text, people):
    found = find_people(text, not_these=["Noor Haddad", "Maya Chen"])
    assert sorted((one.name, one.works_at) for one in found) == sorted(people)


def test_what_the_rules_do_not_get_right_is_known_and_little():
    known = {text for text, _ in (*FIRST_LOOK, *SECOND_LOOK)}
    assert known >= STILL_WRONG
    assert len(STILL_WRONG) <= len(known) / 20


def test_why_is_what_was_said_about_them_and_about_nobody_else():
    text = (
        "Hi Maya,\n\nIda Wells at Acme rebuilt our ingestion. She also mentors. "
        "Jan Berg, who runs Kafka, is calm under pressure. The weather is fine."
    )
    ida, jan = find_people(text, not_these=["Maya Chen"])
    assert ida.why == "Ida Wells at Acme rebuilt our ingestion. She also mentors."
    assert jan.why == "Jan Berg, who runs Kafka, is calm under pressure."


def test_of_a_sentence_about_two_each_gets_only_their_own_part():
    ida, jan = find_people("Ida Wells knows Spark inside out and Jan Berg writes the clearest designs.")
    assert ida.why == "knows Spark inside out"
    assert jan.why == "writes the clearest designs."


def test_a_bare_name_has_no_why():
    assert [one.why for one in find_people("Talk to Ida Wells at Acme.")] == [""]


def test_links_and_addresses_go_to_whom_they_belong():
    text = "Ida Wells (linkedin.com/in/idaw) or Jan Berg, jan@example.org.\nAnd https://github.com/kimpark"
    ida, jan, kim = find_people(text)
    assert (ida.found_at, jan.email) == ("linkedin.com/in/idaw", "jan@example.org")
    assert (kim.name, kim.found_at) == ("Kimpark", "https://github.com/kimpark")


def test_nobody_is_named_who_wrote_or_asked():
    text = "Hi Maya,\nNoor here. Maya Chen wrote me, I am Noor Haddad. Ask Maya Lopez.\nNoor"
    assert [one.name for one in find_people(text, not_these=["Noor Haddad", "Maya Chen"])] == ["Maya Lopez"]


def test_somebody_named_twice_is_found_once():
    assert [one.name for one in find_people("Ida Wells is great. Ask Ida. Ida Wells it is.")] == ["Ida Wells"]


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://www.linkedin.com/in/ida-wells-1a2b3c", "Ida Wells"),
        ("linkedin.com/in/idawells", "Idawells"),
        ("https://www.linkedin.com/in/jan-van-der-berg/", "Jan van der Berg"),
        ("https://github.com/torvik", "Torvik"),
        ("https://mastodon.social/@ida_wells", "Ida Wells"),
        ("https://ida-wells.dev", "Ida Wells"),
        ("", ""),
    ],
)
def test_a_link_tells_a_name(link, name):
    assert name_in_link(link) == name


def test_an_address_tells_a_name():
    assert name_in_address("ida.wells+jobs@example.org") == "Ida Wells"
    assert not name_in_address("none")


def test_names_are_counted():
    assert names_listed("Ida, Jo, Kim, Lee") == 4
    assert names_listed("Ida Wells and Jan Berg") == 2
    assert names_listed("She is kind, fast, and fun") == 0


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_breaks_it(text):
    for one in find_people(text):
        assert one.name.strip()
    read_one(text)
    names_listed(text)


pieces = [
    "Ida",
    "Wells",
    "de",
    "la",
    "at",
    "@",
    "Acme",
    "(",
    ")",
    ",",
    ".",
    "\n",
    "talk to",
    "jan",
    "y",
    "J.",
    "王小明",
    "سارة",
    "a@b.org",
    "x.org/in/y",
]


@given(st.lists(st.sampled_from(pieces), max_size=25).map(" ".join))
@settings(deadline=None)
def test_nor_does_one_that_is_made_of_names(text):
    names = [one.name for one in find_people(text)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Talk to Ida or to Jan.", [("Ida", ""), ("Jan", "")]),
        ("See you in Jan or Feb, or move to Berlin in May.", []),
        ("Anna Müller (Data Engineer, Zalando)", [("Anna Müller", "Zalando")]),
        ("Python, Kubernetes, Apache Kafka and the Data Engineer role at Acme Robotics", []),
        ("I studied in Santa Barbara and live in New York.", []),
    ],
)
def test_months_cities_products_and_titles_are_nobody(text, people):
    assert [(one.name, one.works_at) for one in find_people(text)] == people
