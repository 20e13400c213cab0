"""The book of events only grows: the database itself refuses to change or remove a line."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON ifnotyou_auditevent
BEGIN SELECT RAISE(ABORT, 'the audit book is append-only'); END;
CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON ifnotyou_auditevent
BEGIN SELECT RAISE(ABORT, 'the audit book is append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION ifnotyou_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit book is append-only'; END $$;
CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE ON ifnotyou_auditevent
FOR EACH ROW EXECUTE FUNCTION ifnotyou_audit_is_append_only();
"""
# Not TRUNCATE: only the owner of the table may, and the owner could drop the trigger too.


def guard(apps, schema_editor):
    """Create the triggers of this database."""
    script = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(script, params=None)
        return
    for statement in script.split("END;"):
        if statement.strip():
            schema_editor.execute(f"{statement.strip()} END;", params=None)


def unguard(apps, schema_editor):
    """Remove them."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for name in ("audit_never_changes", "audit_never_shrinks")[: 2 if sqlite else 1]:
        schema_editor.execute(f"DROP TRIGGER {name}" + ("" if sqlite else " ON ifnotyou_auditevent"))
    if not sqlite:
        schema_editor.execute("DROP FUNCTION ifnotyou_audit_is_append_only()")


class Migration(migrations.Migration):
    """Triggers, for both databases."""

    dependencies = [("ifnotyou", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
