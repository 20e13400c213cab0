"""The helper for the tests of other parts: it works inside a test's own transaction, on both engines."""

import pytest

from ifnotyou.jobs.worker import run_due_jobs
from tests.jobs import example_tasks as example
from tests.jobs.example_tasks import lines
from tests.jobs.seen import jobs

pytestmark = pytest.mark.django_db


def test_due_jobs_run_inside_the_transaction_of_a_test(tmp_path):
    example.pass_it_on.enqueue(str(tmp_path / "notes"), 2)

    assert run_due_jobs() == 3
    assert lines(tmp_path / "notes") == ["2", "1", "0"]


def test_the_error_of_a_job_reaches_the_test(tmp_path):
    example.fail.enqueue(str(tmp_path / "notes"))

    with pytest.raises(ValueError, match="Maria"):
        run_due_jobs()
    assert jobs() == [("READY", 1)]
