"""What every test with a database needs."""

import importlib
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings

# A busy machine needs longer for an example now and then: that is no error. (In CI Hypothesis knows that itself.)
hypothesis_settings.register_profile("patient", hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """On SQLite the tests' database is a file: threads and other processes see it too."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


book = importlib.import_module("ifnotyou.migrations.0002_audit_is_append_only")


@pytest.fixture(autouse=True)
def _clean_database_after_a_transactional_test(request):
    """What Django's own clean-up cannot: Procrastinate's tables, and on SQLite the book that never shrinks."""
    marker = request.node.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not asked and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")  # so that its clean-up comes after ours
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in (
                *book.UNDO["sqlite"],
                "DELETE FROM ifnotyou_auditevent",
                *book.GUARDS["sqlite"],
            ):
                cursor.execute(statement)
        else:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "where(condition, reason): a test that has nothing to say elsewhere; it is deselected there",
    )


NO_DATABASE = {"architecture", "connectors", "files", "playbook", "sample"}
"""Folders of what no database can change: a test in there that asks for none runs on SQLite's turn alone."""


def says_the_same_on_both(item):
    """Whether this test has been heard already when it is PostgreSQL's turn."""
    asked = {"db", "transactional_db", "django_db_setup", "live_server"} & set(item.fixturenames)
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return folder in NO_DATABASE and not asked and item.get_closest_marker("django_db") is None


def pytest_collection_modifyitems(config, items):
    elsewhere = [item for item in items if not all(mark.args[0] for mark in item.iter_markers("where"))]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        elsewhere += filter(says_the_same_on_both, items)
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        gone = set(map(id, elsewhere))
        items[:] = [item for item in items if id(item) not in gone]


def pytest_sessionfinish(session):
    """Where CI is set, what a machine lacks is no reason to let a test be: it would never be noticed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")  # not in the workers of xdist
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped:
        reporter.write_line(
            f"CI is set, and {len(skipped)} tests were skipped: that counts as a failure.", red=True
        )
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
