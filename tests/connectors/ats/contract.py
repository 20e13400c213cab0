"""What every system for applicants has to do, whatever it is. A test class inherits this and says what is behind it.

class TestPigeonhole(CallsContract, PeopleContract, AtsContract):
    slug = "pigeonhole"

    @pytest.fixture
    def far(self):
        there = hiring()
        with StandIn(there.world) as server:
            yield PigeonholeFar(server, there)

A system that makes no calls leaves CallsContract out, one that takes no people PeopleContract; that the connector is
then really neither is tested. docs/developers/connectors.md tells the rest.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as some
from requests.structures import CaseInsensitiveDict

from ifnotyou.connectors.ats import all_systems, calls
from ifnotyou.connectors.ats.contract import (
    AtsConnector,
    CallsUs,
    Dossier,
    Filed,
    Gone,
    Hint,
    Page,
    Settings,
    TakesPeople,
    Unread,
)
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.connectors.http import HttpClient
from tests.connectors.ats.far import Far

HERE = HttpClient(networks=("127.0.0.0/8",), timeout=20, deadline=40)
NONSENSE = {"signature", "token", "candidateId", "payload", "data", "id", "action", "event", "application"}
"""Names that the bodies of some systems have: nonsense that uses them gets further."""

json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=20),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from(sorted(NONSENSE)) | some.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


class InNoTime:
    """The waits between attempts, not waited."""

    def __init__(self, module) -> None:
        self.time = module.time

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


class AtsContract:
    """The tests. Say the slug, the far side, and what the system cannot do."""

    slug: ClassVar[str]
    tells_confidential: ClassVar[bool] = True
    """It tells which jobs are confidential."""
    names_who_left: ClassVar[bool] = True
    """It tells of colleagues who have left; else they are just not told any more."""
    cannot_be_tried: ClassVar[frozenset[str]] = frozenset()
    """Scopes that show only when something is written."""

    @pytest.fixture
    def far(self) -> Iterator[Far]:
        """The far side, running."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _in_no_time(self, monkeypatch):
        monkeypatch.setattr(calls, "time", InNoTime(calls.time))

    @pytest.fixture
    def here(self, far) -> AtsConnector:
        """The connector, at work."""
        return self.connector(far)

    def connector(self, far: Far, *hook_secrets: str) -> AtsConnector:
        """The connector as the program makes it."""
        return all_systems()[self.slug](
            Settings(dict(far.settings), dict(far.answers), far.url, hook_secrets or (far.hook_secret,)),
            HERE,
        )

    # --- what it says of itself

    def test_it_is_found_and_says_all_that_people_need_to_connect_it(self):
        system = all_systems()[self.slug]

        assert system.slug == self.slug
        assert self.slug.isidentifier()
        assert system.label
        assert any(field.secret for field in system.fields)
        assert all(field.name and field.label for field in system.fields)
        assert all(choice.value and choice.label for field in system.fields for choice in field.choices)
        assert system.scopes
        assert all(scope.name and scope.why for scope in system.scopes)
        assert len({scope.name for scope in system.scopes}) == len(system.scopes)
        assert system.steps
        assert all(step.endswith(".") for step in system.steps)
        assert 1 <= system.batch <= 500

    def test_it_does_what_is_said_of_it_and_no_more(self):
        system = all_systems()[self.slug]

        assert issubclass(system, CallsUs) == isinstance(self, CallsContract)
        assert issubclass(system, TakesPeople) == isinstance(self, PeopleContract)
        assert {scope.name for scope in system.scopes} >= self.cannot_be_tried

    def test_what_is_typed_in_is_what_the_fields_ask_for(self, far):
        fields = {field.name: field for field in all_systems()[self.slug].fields}

        assert set(far.settings) <= set(fields)
        assert {name for name, field in fields.items() if field.required} <= set(far.settings)

    def test_made_with_nothing_it_says_so_and_does_not_break(self, far):
        empty = all_systems()[self.slug](Settings(address=far.url), HERE)

        with pytest.raises(ConnectorError):
            list(empty.colleagues())

    def test_its_questions_have_choices_and_answers_that_can_be_given(self, here):
        for question in here.questions():
            values = {choice.value for choice in question.choices}
            given_answers = question.answer.split(",") if question.many else [question.answer]
            assert question.name
            assert question.label
            assert values
            assert {one for one in given_answers if one} <= values

    # --- colleagues

    def test_colleagues_have_an_id_and_a_name_and_those_who_left_are_told_apart(self, here):
        colleagues = list(here.colleagues())

        assert len({one.id for one in colleagues}) == len(colleagues)
        assert all(one.id and one.name for one in colleagues)
        assert {one.active for one in colleagues} == ({True, False} if self.names_who_left else {True})
        assert any(one.email for one in colleagues)

    # --- changes

    def test_everything_that_has_an_offer_is_found_the_first_time(self, far, here):
        pages = list(here.changes({}, far.now))

        assert {far.declined, far.open, far.long_ago} <= told(pages)

    def test_the_cursor_is_json_and_what_is_long_over_is_not_told_again(self, far, here):
        cursor = json.loads(json.dumps(list(here.changes({}, far.now))[-1].cursor))

        later = list(self.connector(far).changes(cursor, far.now + timedelta(minutes=5)))

        assert later
        assert far.long_ago not in told(later) | set().union(*(page.perhaps for page in later))
        json.dumps(later[-1].cursor)

    def test_a_first_reading_that_broke_off_goes_on_from_any_page(self, far, here):
        pages = list(here.changes({}, far.now))

        for read, page in enumerate(pages[:-1], start=1):
            rest = list(self.connector(far).changes(json.loads(json.dumps(page.cursor)), far.now))
            assert told(pages[:read]) | told(rest) >= told(pages)

    @pytest.mark.parametrize("nonsense", ["nonsense", 17, None, [], {"a": 1}, "2026-13-45T00:00:00Z"])
    def test_a_cursor_that_is_nonsense_starts_over(self, far, here, nonsense):
        real = list(here.changes({}, far.now))[-1].cursor

        for cursor in ({"what": nonsense}, dict.fromkeys(real, nonsense)):
            assert {far.declined, far.long_ago} <= told(list(self.connector(far).changes(cursor, far.now)))

    # --- reading

    def test_all_of_a_declined_offer_is_read_and_nothing_that_is_private(self, far, here):
        (dossier,) = here.read([far.declined])

        assert dossier == far.expected
        assert not [words for words in far.private_words if words in repr(dossier)]

    def test_there_is_one_answer_for_each_and_what_is_gone_is_said_to_be_gone(self, far, here):
        asked = [far.open, far.gone, far.declined, far.long_ago]

        answers = {answer.application_id: answer for answer in list_once(here, asked)}

        assert set(answers) == set(asked)
        assert answers[far.gone] == Gone(far.gone)
        assert answers[far.declined] == far.expected
        assert isinstance(answers[far.open], Dossier)
        assert isinstance(answers[far.long_ago], Dossier)

    def test_one_that_is_gone_alone_is_gone_too(self, far, here):
        assert list(here.read([far.gone])) == [Gone(far.gone)]

    def test_nothing_asked_for_is_nothing_read(self, here):
        assert list(here.read([])) == []

    def test_a_record_that_cannot_be_understood_is_said_aloud_and_the_others_are_read(self, far, here):
        far.garble(far.open)

        answers = {answer.application_id: answer for answer in list_once(here, [far.open, far.declined])}

        assert isinstance(answers[far.open], Unread)
        assert answers[far.open].problem
        assert "neither" not in answers[far.open].problem
        assert answers[far.declined] == far.expected

    def test_what_is_confidential_is_hidden_and_what_is_not_is_not(self, far, here):
        assert bool(far.confidential) == self.tells_confidential
        answers = {one.application_id: one for one in here.read([far.declined, *self._confidential(far)])}

        assert answers[far.declined].hidden == ""
        for application in self._confidential(far):
            assert answers[application].hidden

    @staticmethod
    def _confidential(far: Far) -> list[str]:
        return [far.confidential] if far.confidential else []

    # --- trouble

    @pytest.mark.parametrize(
        ("status", "trouble", "permanent"),
        [
            (401, Trouble.SIGN_IN_REFUSED, True),
            (403, Trouble.NOT_ALLOWED, True),
            (429, Trouble.TOO_OFTEN, False),
            (500, Trouble.UNREACHABLE, False),
        ],
    )
    def test_trouble_is_told_in_a_sentence_and_nothing_is_gone_by_it(
        self, far, here, status, trouble, permanent
    ):
        far.fail(status)

        for asked in self._asks(here, far):
            with pytest.raises(ConnectorError) as failed:
                asked()
            assert failed.value.reason_code == trouble
            assert failed.value.permanent == permanent
            self.assert_discreet(failed.value, far)

    def test_torn_answers_are_told_and_nothing_is_gone_by_them(self, far, here):
        far.tear()

        for asked in self._asks(here, far):
            with pytest.raises(ConnectorError) as failed:
                asked()
            self.assert_discreet(failed.value, far)

    def test_a_server_that_is_not_there_is_told(self, far):
        nowhere = all_systems()[self.slug](
            Settings(dict(far.settings), dict(far.answers), "http://127.0.0.1:9"), HERE
        )

        for asked in (*self._asks(nowhere, far), nowhere.missing):
            with pytest.raises(ConnectorError) as failed:
                asked()
            self.assert_discreet(failed.value, far)

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_short_trouble_is_waited_out(self, far, here, status):
        far.fail(status, times=2)

        assert list(here.read([far.declined])) == [far.expected]

    @staticmethod
    def _asks(here: AtsConnector, far: Far) -> list[Callable[[], object]]:
        """Every question that the connector asks of the far side, but for missing()."""
        return [
            lambda: list(here.colleagues()),
            lambda: list(here.changes({}, far.now)),
            lambda: list(here.read([far.declined, far.gone])),
        ]

    def test_shown_it_keeps_its_secrets(self, far, here):
        self.assert_silent(f"{here!r} {here} {here.settings!r}", far)

    # --- what the key may do

    def test_nothing_is_missing_where_everything_is_allowed(self, here):
        assert here.missing() == []

    def test_whatever_is_missing_is_named(self, far):
        for scope in all_systems()[self.slug].scopes:
            if scope.name in self.cannot_be_tried:
                continue
            far.deny(scope.name)
        missing = self.connector(far).missing()

        for scope in all_systems()[self.slug].scopes:
            named = [text for text in missing if scope.name in text]
            assert bool(named) == (scope.name not in self.cannot_be_tried), scope.name

    def test_only_what_is_missing_is_named(self, far):
        names = [
            scope.name for scope in all_systems()[self.slug].scopes if scope.name not in self.cannot_be_tried
        ]
        far.deny(names[-1])

        (missing,) = self.connector(far).missing()

        assert names[-1] in missing

    def test_a_wrong_key_is_no_missing_scope(self, far):
        fields = all_systems()[self.slug].fields
        secret = {field.name for field in fields if field.secret}
        wrong = {name: "wrong" if name in secret else value for name, value in far.settings.items()}
        here = all_systems()[self.slug](Settings(wrong, dict(far.answers), far.url), HERE)

        with pytest.raises(ConnectorError) as failed:
            here.missing()
        assert failed.value.reason_code == Trouble.SIGN_IN_REFUSED

    # --- discretion

    def assert_discreet(self, error: BaseException | None, far: Far) -> None:
        """The error is a sentence, and neither it nor what led to it holds a secret or somebody's name."""
        assert isinstance(error, ConnectorError)
        assert error.text.strip().endswith((".", "?"))
        while error is not None:
            self.assert_silent(f"{error!r} {error} {error.args}", far)
            error = error.__cause__ or error.__context__

    def assert_silent(self, shown: str, far: Far) -> None:
        """No secret, no name and no address of a person in it."""
        secrets = [far.settings.get(field.name) for field in all_systems()[self.slug].fields if field.secret]
        person = far.expected.candidate
        hidden = [*secrets, far.hook_secret, person.name, person.email, far.newcomer.name, far.newcomer.email]
        assert not [one for one in hidden if one and one in shown]


class CallsContract:
    """The tests of a system that makes calls of its own."""

    signs_everything: ClassVar[bool] = True
    """Its signature is over the whole body."""

    def test_where_to_call_is_told(self):
        system = all_systems()[self.slug]

        assert any("{address}" in step for step in system.hook_steps)
        assert all(step.endswith(".") for step in system.hook_steps)

    def test_a_genuine_call_tells_what_it_is_about(self, far, here):
        hint = self.heard(here, far, *far.call(far.declined, far.hook_secret))

        assert hint.key
        assert hint.event
        assert far.declined in hint.applications or far.expected.candidate.id in hint.candidates

    def test_the_same_call_has_the_same_key_and_another_has_another(self, far, here):
        call, other = (far.call(one, far.hook_secret) for one in (far.declined, far.open))

        keys = [self.heard(here, far, *one).key for one in (call, call, other)]

        assert keys[0] == keys[1] != keys[2]

    def test_a_call_without_the_right_secret_or_any_is_refused(self, far, here):
        body, headers = far.call(far.declined, "another secret")
        genuine, _ = far.call(far.declined, far.hook_secret)
        refused = [(here, body, headers), (here, b"{}", {}), (here, b"", {})]
        if self.signs_everything:
            refused.append((here, genuine, {}))
        refused.append(
            (all_systems()[self.slug](Settings(dict(far.settings), address=far.url), HERE), body, headers)
        )

        for connector, what, how in refused:
            with pytest.raises(NotFromThem) as failed:
                self.heard(connector, far, what, how)
            self.assert_discreet(failed.value, far)

    def test_a_call_that_was_changed_on_the_way_is_refused(self, far, here):
        body, headers = far.call(far.declined, far.hook_secret)

        for place in range(0, len(body), max(1, len(body) // 40)):
            changed = bytearray(body)
            changed[place] ^= 1
            if self.signs_everything:
                with pytest.raises(NotFromThem):
                    self.heard(here, far, bytes(changed), headers)
            else:
                self._heard_or_refused(here, far, bytes(changed), headers)

    def test_the_secret_of_before_still_counts_while_it_is_changed(self, far):
        here = self.connector(far, "the new secret", "the old secret")

        for secret in ("the new secret", "the old secret"):
            assert self.heard(here, far, *far.call(far.declined, secret)).key

    def test_a_call_that_is_theirs_and_torn_is_kept_for_later(self, far, here):
        body, _ = far.call(far.declined, far.hook_secret)
        torn = far.sign(body[: len(body) // 2], far.hook_secret)

        with pytest.raises(UnreadableCall if self.signs_everything else NotFromThem):
            self.heard(here, far, *torn)

    def test_no_call_breaks_anything(self, far, here):
        @examples(max_examples=60, deadline=None)
        @given(some.binary(max_size=80) | json_values.map(lambda value: json.dumps(value).encode()))
        def is_heard_or_refused(body):
            for what, how in ((body, {}), far.sign(body, far.hook_secret)):
                self._heard_or_refused(here, far, what, how)

        is_heard_or_refused()

    @pytest.mark.parametrize("body", [b"[" * 100_000, b'{"action":' * 50_000])
    def test_a_call_that_never_ends_is_refused_or_kept_as_unreadable(self, far, here, body):
        try:
            signed = far.sign(body, far.hook_secret)
        except RecursionError:  # whoever signs within the body would have to read it
            signed = body, {}
        with pytest.raises((NotFromThem, UnreadableCall)):
            self.heard(here, far, *signed)

    @staticmethod
    def heard(here, far: Far, body: bytes, headers) -> Hint:
        """What the connector makes of a call, a little later and with the headers as a proxy may have spelt them."""
        spelt = CaseInsensitiveDict({name.upper(): value for name, value in headers.items()})
        return here.read_call(body, spelt, far.now + timedelta(seconds=2))

    def _heard_or_refused(self, here, far: Far, body: bytes, headers) -> None:
        try:
            assert isinstance(self.heard(here, far, body, headers), Hint)
        except (NotFromThem, UnreadableCall) as error:
            self.assert_discreet(error, far)


class PeopleContract:
    """The tests of a system that people can be filed in."""

    def filed(self, here, far: Far) -> tuple[Filed, object]:
        """Somebody new, filed and found."""
        newcomer = replace(far.newcomer, source=here.sources()[0].value)
        filed = here.create(newcomer) or here.find(newcomer)
        assert filed is not None
        return filed, newcomer

    def test_somebody_new_is_created_once_and_found_then(self, far, here):
        assert here.find(far.newcomer) is None
        filed, newcomer = self.filed(here, far)

        found = self.connector(far).find(newcomer)

        assert found is not None
        assert found.candidate_id == filed.candidate_id

    def test_completed_twice_there_is_one_note_and_nobody_is_credited(self, far, here):
        filed, newcomer = self.filed(here, far)

        for again in (here, self.connector(far)):
            again.complete(filed, newcomer)

        notes = [note for note in far.notes(filed.candidate_id) if newcomer.note in note]
        assert len(notes) == 1
        assert far.credited(filed.candidate_id) == []

    def test_how_far_somebody_has_come_is_told_and_whoever_is_gone_is_left_out(self, far, here):
        filed, _ = self.filed(here, far)

        standings = list(here.standings([filed.candidate_id, far.gone]))

        assert [one.candidate_id for one in standings] == [filed.candidate_id]
        assert standings[0].hired_at is None

    @pytest.mark.parametrize("status", [401, 403, 429, 500])
    def test_trouble_with_filing_is_told_and_is_no_nobody(self, far, here, status):
        newcomer = replace(far.newcomer, source=here.sources()[0].value)
        far.fail(status)

        for asked in (lambda: here.find(newcomer), lambda: here.create(newcomer), here.sources):
            with pytest.raises(ConnectorError) as failed:
                asked()
            self.assert_discreet(failed.value, far)


def told(pages: list[Page]) -> set[str]:
    """The applications that surely have, or had, an offer."""
    return set().union(*(page.sure for page in pages))


def list_once(here: AtsConnector, asked: list[str]) -> list[Dossier | Gone | Unread]:
    """The answers, of which there is one for each."""
    answers = list(here.read(asked))
    assert sorted(answer.application_id for answer in answers) == sorted(asked)
    return answers
