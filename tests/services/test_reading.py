"""What somebody wrote, read: their own words, who is meant, and what must not be kept."""

# ruff: noqa: E501 - whole messages, as people and their mail programs write them

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.disclosure import Given
from ifnotyou.services import reading
from ifnotyou.services.own_words import own_words
from ifnotyou.services.reading import ADDRESS, TELEPHONE, clean, is_list, profile_link, read_who

WORDS = "Talk to Ida Wells at Brightloom.\n\nShe rebuilt our ingestion."

# --- telephone numbers and addresses


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("call +49 171 2345678", ""),
        ("Great with Kafka. Her number is 0171 234 56 78.", "Great with Kafka."),
        ("Reach her: (415) 555-2671, she is kind", "Reach her:, she is kind"),
        ("tel: 12345", ""),
        ("Strong (+49 171 2345678) and kind", "Strong and kind"),
        ("whatsapp 5551234", ""),
        ("0171/2345678 works best", "works best"),
        ("٠١٧١٢٣٤٥٦٧٨ is hers", "is hers"),
        ("We worked together 2015-2019 on 3 projects with 1,000,000 users.", None),
        ("from 12.05.2019 to 2021-06-01", None),
        ("Ticket 123456 was hers", None),
        ("GPT-4 and Python 3.11, 99.99% uptime, 24/7, 401k", None),
        ("She moved 10 services in 2020 and 2021", None),
    ],
)
def test_telephone_numbers_go_and_years_stay(text, left):
    cleaned = clean(Given("Ida", why=text), welcome_address=False, region="DE")
    if left is None:
        assert (cleaned.given.why, cleaned.taken_out) == (text, ())
    else:
        assert TELEPHONE in cleaned.taken_out
        assert not any(c.isdigit() for c in cleaned.given.why)
        if ":" not in left:
            assert cleaned.given.why == left


@pytest.mark.parametrize("field", ["name", "found_at", "email", "works_at", "why"])
def test_a_number_is_found_in_every_field(field):
    cleaned = clean(Given(**{"name": "Ida", field: "+49 171 2345678"}), welcome_address=True)
    assert TELEPHONE in cleaned.taken_out
    assert "2345678" not in str(cleaned.given)


EXAMPLES = [
    number
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    if (number := phonenumbers.example_number_for_type(region, kind))
]
FORMATS = phonenumbers.PhoneNumberFormat


@pytest.mark.parametrize("form", ["E164", "INTERNATIONAL", "RFC3966"])
def test_no_example_number_survives_wherever_it_is_from(form):
    for number in EXAMPLES:
        written = phonenumbers.format_number(number, getattr(FORMATS, form))
        for text in (written, f"Ida is great, {written}, call her", f"({written})"):
            left = clean(Given("Ida", why=text), welcome_address=False).given.why
            assert str(number.national_number) not in "".join(c for c in left if c.isdigit()), written


def test_no_example_number_survives_as_it_is_written_at_home():
    for number in EXAMPLES:
        region = phonenumbers.region_code_for_number(number)
        written = phonenumbers.format_number(number, FORMATS.NATIONAL)
        left = clean(
            Given("Ida", why=f"call {written} any time"), welcome_address=False, region=region
        ).given.why
        assert not any(c.isdigit() for c in left), (region, written, left)


def test_an_address_stays_only_where_it_is_welcome():
    given = Given(
        "Ida Wells ida@example.org", email="", why="write to jan (at) acme (dot) com or IDA@example.org."
    )
    cleaned = clean(given, welcome_address=False)
    assert cleaned.taken_out == (ADDRESS,)
    assert (cleaned.given.name, cleaned.given.email) == ("Ida Wells", "")
    assert "acme" not in cleaned.given.why

    welcome = clean(given, welcome_address=True)
    assert welcome.given.email == "ida@example.org"
    assert "@" not in welcome.given.name + welcome.given.why
    only = clean(Given("Ida", email="ida@example.org"), welcome_address=True)
    assert (only.given.email, only.taken_out) == ("ida@example.org", ())


def test_remarks_are_pointed_out_and_stay():
    cleaned = clean(Given("Ida", why="She is on parental leave."), welcome_address=False)
    assert [remark.kind for remark in cleaned.remarks] == ["family"]
    assert cleaned.given.why == "She is on parental leave."


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("linkedin.com/in/Ida-Wells-1a2b3c/", "https://www.linkedin.com/in/ida-wells-1a2b3c"),
        ("http://user:pw@de.linkedin.com/in/ida?trk=1#x", "https://www.linkedin.com/in/ida"),
        ("https://github.com/IdaW?tab=repositories", "https://github.com/IdaW"),
        ("https://stackoverflow.com/users/1234567/ida", "https://stackoverflow.com/users/1234567/ida"),
        ("idawells.dev", "https://idawells.dev"),
        ("https://www.linkedin.com/in/%E7%8E%8B", "https://www.linkedin.com/in/%E7%8E%8B"),
        ("https://www.linkedin.com/sales/lead/1", ""),
        ("https://wa.me/491712345678", ""),
        ("https://example.org/+491712345678", ""),
        ("http://127.0.0.1/ida", ""),
        ("http://localhost/ida", ""),
        ("https://intranet/ida", ""),
        ("https://people.corp/ida", ""),
        ("javascript:alert(1)", ""),
        ("ftp://example.org/ida", ""),
        ("mailto:ida@example.org", ""),
        ("ida@example.org", ""),
        ("ask her brother", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_only_a_public_profile_is_a_link(text, link):
    assert profile_link(text) == link


# --- the one field


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ida Wells", Given("Ida Wells")),
        ("ida wells", Given("Ida Wells")),
        ("Ida Wells, Acme", Given("Ida Wells", works_at="Acme")),
        ("Ida Wells (Acme)", Given("Ida Wells", works_at="Acme")),
        ("Ida Wells at Acme", Given("Ida Wells", works_at="Acme")),
        ("Ida Wells @acme", Given("Ida Wells", works_at="acme")),
        ("Ida Wells – Acme", Given("Ida Wells", works_at="Acme")),
        ("Anna Schmidt bei Siemens", Given("Anna Schmidt", works_at="Siemens")),
        ("Inès Moreau chez Alan", Given("Inès Moreau", works_at="Alan")),
        ("Wells, Ida", Given("Ida Wells")),
        ("Ida Wells, Staff Engineer at Acme", Given("Ida Wells", works_at="Acme", why="Staff Engineer")),
        ("Maria de la Cruz", Given("Maria de la Cruz")),
        ("王小明", Given("王小明")),
        ("Ida", Given("Ida")),
        ("ida.wells@example.org", Given("Ida Wells", email="ida.wells@example.org")),
        (
            "https://www.linkedin.com/in/ida-wells-1a2b/?x",
            Given("Ida Wells", "https://www.linkedin.com/in/ida-wells-1a2b"),
        ),
        ("Ida Wells linkedin.com/in/iw", Given("Ida Wells", "https://www.linkedin.com/in/iw")),
        ("github.com/torvik", Given("Torvik", "https://github.com/torvik")),
        ("the tall one of the data team", Given("the tall one of the data team")),
        ("", Given("")),
    ],
)
def test_who_is_meant_by_the_one_field(text, who):
    assert read_who(text) == who


# --- lists


@pytest.mark.parametrize(
    "text",
    [
        "Ida Wells, Jan Berg, Kim Park and Lee Brown",
        "Ida\nJan\nKim\nLee",
        "a@x.org, b@x.org; c@x.org d@x.org",
        "linkedin.com/in/a linkedin.com/in/b linkedin.com/in/c linkedin.com/in/d",
        "name,title,mail\nIda Wells,CTO,x\nJan Berg,VP,y\nKim Park,Lead,z",
        "Ida\tCTO\nJan\tVP\nKim\tLead\nLee\tLead",
        "| Ida | CTO |\n| Jan | VP |\n| Kim | Lead |\n| Lee | Lead |",
        "CTO: Ida Wells\nVP Engineering: Jan Berg\nHead of Data: Kim Park\nStaff: Lee Brown",
        "- Ida Wells\n- Jan Berg\n- Kim Park\n- Lee Brown",
    ],
)
def test_a_list_is_known(text):
    assert is_list(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ida Wells, Jan Berg and Kim Park",
        WORDS,
        "Ida Wells. She is kind, fast, thorough, and fun to work with.",
        "I worked with Ida at Acme, Birch, Cedar and Dune; she knows Spark, Kafka, Airflow and Flink.",
        "Ida Wells, Staff Engineer, Acme",
        "Hi Maya,\n\nIda.\n\nShe is great,\nfast,\nkind,\nand funny.",
        "",
    ],
)
def test_a_few_names_are_no_list(text):
    assert not is_list(text)


# --- no text breaks any of it

some_text = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            ["Ida Wells", "at", "@", "Acme", "(", ")", ",", "\n", "> ", "From: ", "Sent: x", "On a wrote:", "-- ", "https://", "[",
             "a@b.org", "+49 171 2345678", "0171", "de", "von", "y", ".", "\t", ";", "王小明", "talk to", "\x00", "\ud800", "İ", "ß", "\u2060"]
        ),
        max_size=40,
    ).map(" ".join),
)  # fmt: skip


@given(some_text, st.sampled_from(["", "DE", "US", "xx"]))
@settings(deadline=None, max_examples=300)
def test_no_text_breaks_reading(text, region):
    own_words(text)
    own_words(text, forwarded=True)
    is_list(text)
    reading.wants_peace(text)
    who = read_who(text)
    for given_ in (who, Given(text, text, text, text, text)):
        for welcome in (True, False):
            cleaned = clean(given_, welcome_address=welcome, region=region)
            again = clean(cleaned.given, welcome_address=welcome, region=region)
            assert again.given == cleaned.given
            assert again.taken_out == ()
            for field, most in reading.LONGEST.items():
                assert len(getattr(cleaned.given, field)) <= most
    for one in reading.people_in(text, region=region):
        one.given.name.encode()


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "On ",
        "From: x\n",
        "> ",
        "Ida Wells, ",
        "1 2 ",
        "at ",
        "(at) ",
        "_",
        "-",
        "\n",
        "x@",
        "A. ",
        "https://a/",
        "Von: ",
    ],
)
def test_a_long_text_is_read_in_time_that_grows_with_its_length(piece):
    text = piece * (20_000 // len(piece))
    own_words(text)
    own_words(text, forwarded=True)
    is_list(text)
    clean(Given("Ida", why=text), welcome_address=False, region="DE")
    reading.people_in(text)
