"""What the company's own exports call their files, columns and values: said once on a page, and remembered."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from ifnotyou.files.chosen import Chosen
from ifnotyou.files.look import SeenFile, look_at
from ifnotyou.models import Import, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, imports


def seen_in(found: Import) -> list[SeenFile]:
    """The files of an upload that waits; raises Refusal where it has moved on, UnusableFiles where nothing opens."""
    if found.state not in {imports.State.READY, imports.State.COLUMNS}:
        raise Refusal("moved_on", "This import is not waiting any more.")
    return look_at(Path(found.path))


@transaction.atomic
def choose(found: Import, chosen: Chosen, *, by: User) -> None:
    """Keep what somebody said, for this export and those to come, and have this one read anew."""
    workspace = Workspace.objects.select_for_update().get(pk=by.workspace_id)
    words = {name: list(words) for name, words in chosen.words.items()}
    workspace.columns = {"files": dict(chosen.files), "headers": dict(chosen.headers), "words": words}
    workspace.save(update_fields=["columns"])
    imports.read_anew(found)
    audit.write(by, "chose_columns", found)
