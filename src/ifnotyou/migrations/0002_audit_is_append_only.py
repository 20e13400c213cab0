"""The book of events only grows: the database itself refuses to change a line, or to remove one that is not old.

The log is kept for a set number of years (playbook/policy.py) and no longer. Whatever the program is told, by its own
clock the database keeps the last eleven months: the shortest setting is a year; the month between is for clocks
that differ.
"""

from django.db import migrations

GUARDS = {
    "sqlite": (
        """CREATE TRIGGER audit_never_changes BEFORE UPDATE ON ifnotyou_auditevent
        BEGIN SELECT RAISE(ABORT, 'the audit book is append-only'); END""",
        """CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON ifnotyou_auditevent
        WHEN OLD.at > datetime('now', '-11 months')
        BEGIN SELECT RAISE(ABORT, 'the audit book is append-only'); END""",
    ),
    # Not TRUNCATE: only the owner of the table may, and the owner could drop the trigger too.
    "postgresql": (
        """CREATE FUNCTION ifnotyou_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF TG_OP = 'DELETE' AND OLD.at <= now() - interval '11 months' THEN RETURN OLD; END IF;
            RAISE EXCEPTION 'the audit book is append-only';
        END $$""",
        """CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE ON ifnotyou_auditevent
        FOR EACH ROW EXECUTE FUNCTION ifnotyou_audit_is_append_only()""",
    ),
}
UNDO = {
    "sqlite": ("DROP TRIGGER audit_never_changes", "DROP TRIGGER audit_never_shrinks"),
    "postgresql": (
        "DROP TRIGGER audit_never_changes ON ifnotyou_auditevent",
        "DROP FUNCTION ifnotyou_audit_is_append_only()",
    ),
}


def guard(apps, schema_editor):
    """Create the triggers of this database."""
    for statement in GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    """Remove them."""
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Triggers, for both databases."""

    dependencies = [("ifnotyou", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
