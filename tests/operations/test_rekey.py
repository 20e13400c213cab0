"""Changing SECRET_KEY: the old key reads until everything is written anew, then it is not needed."""

OLD, NEW = "old-9fJ2kLq8ZxVw3RtY6uBn1MsD5hG4pCe7", "new-Qx2mZr9LbT4vWn8HcJ5sDf3GpYa6Eu1R"
SECRETS = """
w = Workspace.objects.create(name="Acme", hash_key="the key of the hashes")
user = User.objects.create_user("maya@example.org", workspace=w, name="Maya")
Mailbox.objects.create(workspace=w, user=user, address="maya@example.org", username="maya", password="sesame")
"""
READ = "answer = [Workspace.objects.get().hash_key, Mailbox.objects.get().password]"
SECRET = ["the key of the hashes", "sesame"]


def test_the_old_key_reads_until_all_is_written_anew(site):
    site.environment["SECRET_KEY"] = OLD
    site.look(SECRETS)
    site.environment["SECRET_KEY"] = f"{NEW},{OLD}"
    assert site.look(READ) == SECRET

    rekeyed = site.run("rekey")

    assert (rekeyed.returncode, rekeyed.stderr) == (0, "")
    assert rekeyed.stdout.startswith("2 secrets are encrypted with the first key")
    site.environment["SECRET_KEY"] = NEW
    assert site.look(READ) == SECRET


def test_without_the_key_that_fits_nothing_is_changed(site):
    site.environment["SECRET_KEY"] = OLD
    site.look(SECRETS)

    refused = site.run("rekey", SECRET_KEY=NEW)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Nothing was changed: add that key" in refused.stderr
    assert NEW not in refused.stderr
    assert site.look(READ) == SECRET
