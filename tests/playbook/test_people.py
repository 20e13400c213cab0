import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.people import first_name, is_work_address, mailbox, plain_name, profile, tell_apart
from ifnotyou.playbook.records import Candidate


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Noor.Haddad@gmail.com", "noorhaddad+jobs@googlemail.com"),
        ("NOOR@EXAMPLE.COM", "noor@example.com "),
        ("noor+x@outlook.com", "noor@outlook.com"),
        ("noor@pm.me", "noor+ats@protonmail.com"),
        ("<noor@example.com>", "noor@example.com"),
    ],
)
def test_one_mailbox_in_two_spellings(one, other):
    assert mailbox(one) == mailbox(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("noor.haddad@example.com", "noorhaddad@example.com"),  # a company may give both to two people
        ("noor+x@example.com", "noor@example.com"),
        ("n.oor@outlook.com", "noor@outlook.com"),  # Outlook minds dots
        ("noor@gmail.com", "noor@outlook.com"),
    ],
)
def test_two_mailboxes_stay_two(one, other):
    assert mailbox(one) != mailbox(other)


@pytest.mark.parametrize(
    "email", ["", "noor", "@example.com", "noor@", "noor@localhost", "+x@gmail.com", "n/a"]
)
def test_what_is_no_address_joins_nobody(email):
    assert mailbox(email) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/noor-haddad/",
        "http://LinkedIn.com/in/Noor-Haddad?trk=x",
        "linkedin.com/in/noor-haddad",
        "https://de.linkedin.com/in/noor-haddad/de#top",
    ],
)
def test_one_profile_in_many_spellings(url):
    assert profile(url) == "noor-haddad"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.com/in/noor",
        "https://linkedin.com/company/acme",
        "http://[",
        "notlinkedin.com/in/x",
    ],
)
def test_what_is_no_profile_joins_nobody(url):
    assert profile(url) == ""


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Maya Chen", "Maya"),
        ("van der Berg, Jan", "Jan"),
        ("Dr. Maria de la Cruz-Gonzalez, PhD", "Maria"),
        ("王小明", "王小明"),
        ("Teller", "Teller"),
        ("  Séan   O’Brien ", "Séan"),
        ("Dr.", "Dr."),
    ],
)
def test_first_name_is_what_a_colleague_would_say(name, first):
    assert first_name(name) == first


def test_names_compare_without_titles_accents_and_order():
    assert plain_name("O'Brien, Séan") == plain_name("Dr. Sean O’Brien Jr.") == "sean obrien"


def test_records_are_joined_through_one_another():
    people = tell_apart(
        [
            Candidate("a", "Noor", email="noor@gmail.com"),
            Candidate("b", "N. Haddad", email="n.oor+x@gmail.com", linkedin_url="linkedin.com/in/nh"),
            Candidate("c", "Noor H", linkedin_url="https://www.linkedin.com/in/NH/"),
            Candidate("d", "Noor", email="other@gmail.com"),
        ]
    )
    assert people.same["a"] == people.same["b"] == people.same["c"] == ("a", "b", "c")
    assert people.same["d"] == ("d",)


def test_same_name_and_employer_is_only_perhaps():
    people = tell_apart(
        [
            Candidate("a", "Noor Haddad", current_company="Brightloom GmbH"),
            Candidate("b", "Haddad, Noor", current_company="brightloom"),
            Candidate("c", "Noor Haddad", current_company="Elsewhere"),
            Candidate("d", "Noor Haddad"),
        ]
    )
    assert people.perhaps == {"a": ("b",), "b": ("a",)}
    assert people.same["a"] == ("a",)


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.text("abcdef", min_size=1, max_size=2),
        name=st.sampled_from(["Noor Haddad", "Jan Berg", "X"]),
        email=st.sampled_from(["", "a@gmail.com", "A+1@gmail.com", "b@example.com", "c@example.com"]),
        linkedin_url=st.sampled_from(["", "linkedin.com/in/a", "linkedin.com/in/b"]),
        current_company=st.sampled_from(["", "Acme", "Acme Inc."]),
    ),
    unique_by=lambda c: c.id,
)


@given(candidates, st.randoms(use_true_random=False))
def test_order_of_records_makes_no_difference(records, chance):
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert tell_apart(records) == tell_apart(shuffled)


@given(candidates)
def test_humans_part_the_records(records):
    people = tell_apart(records)
    for c in records:
        assert c.id in people.same[c.id]
        assert all(people.same[other] == people.same[c.id] for other in people.same[c.id])
        assert not set(people.perhaps.get(c.id, ())) & set(people.same[c.id])


@pytest.mark.parametrize(
    ("email", "works_at", "is_work"),
    [
        ("kim@birch.com", "Birch & Sons", True),
        ("kim@birch-sons.de", "Birch & Sons", True),
        ("kim@mail.acme.co.uk", "ACME Ltd.", True),
        ("kim@acme-group.com", "Acme", True),
        ("kim@ibm.com", "International Business Machines", True),
        ("kim@gmail.com", "Gmail", False),
        ("kim@googlemail.com", "Google", False),
        ("kim@web.de", "Web Works", False),
        ("kim@kimpark.net", "Acme", False),
        ("kim@kimpark.net", "", False),
        ("birch@example.net", "Birch", False),
        ("", "Acme", False),
        ("acme", "Acme", False),
        ("kim@com", "Com", False),
    ],
)
def test_an_address_at_work_is_known_by_its_domain(email, works_at, is_work):
    assert is_work_address(email, works_at) is is_work
