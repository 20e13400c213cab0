"""The secrets of a connection stay where they are, whatever command runs and whatever goes wrong."""

from pathlib import Path

from tests.operations.test_backup import _programs_of_the_server  # noqa: F401 - a fixture

SECRETS = ("hush-kestrel-1", "hush-kestrel-2", "hush-kestrel-3")
A_CONNECTION = f"""
from django.utils import timezone
from ifnotyou.connectors.ats import all_systems
key, hook, before = {SECRETS!r}
kind = next(iter(all_systems().values()))
values = {{field.name: key for field in kind.fields if field.secret}}
w = Workspace.objects.create(name="Acme")
mail = "noor@example.org"
Candidate.objects.create(workspace=w, external_id="noor", name="Noor", email=mail, mailbox=mail)
Connection.objects.create(
    workspace=w, system=kind.slug, secrets=json.dumps(values), address="http://127.0.0.1:1", hook_secret=hook,
    hook_secret_before=before, hook_secret_changed_at=timezone.now(),
)
answer = kind.slug
"""


def test_no_command_tells_a_secret_and_no_file_holds_one(site):
    slug = site.look(A_CONNECTION)
    site.environment["REACHABLE_NETWORKS"] = "127.0.0.0/8"

    told = [
        site.run("sync", slug),
        site.run("doctor"),
        site.run("export", "--person", "noor@example.org", "--format", "json"),
        site.run("backup", site.folder / "acme.backup"),
    ]
    assert told[0].returncode == 1
    assert "did not answer" in told[0].stderr + told[0].stdout
    assert told[2].returncode == told[3].returncode == 0
    texts = [one.stdout + one.stderr for one in told]
    texts += [file.read_bytes().decode("latin-1") for file in Path(site.folder).glob("*") if file.is_file()]
    assert len(texts) > len(told)
    assert not [text for text in texts for secret in SECRETS if secret in text]
