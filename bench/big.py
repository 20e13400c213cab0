"""Companies of any size for measuring speed: six interviews and scorecards and thirty messages a decline."""

from datetime import date

from ifnotyou.sample.folder import fill
from ifnotyou.sample.world import generate

SEED = 7


def write_company(folder, *, declines, employees, today):
    """Write the CSV files of a generated company into the new `folder`, and return it."""
    folder.mkdir()
    world = generate(
        SEED,
        declines,
        employees,
        date.fromisoformat(today),
        people_per_loop=(5, 7),
        messages=30,
        scorecards=1.0,
        only_declines=True,
    )
    fill(folder, world, "./run bench")
    return folder
