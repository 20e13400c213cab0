"""Lists, a page at a time: a cursor says after which row the next one begins, so nothing is skipped or told twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from ninja import Query
from pydantic import BaseModel, Field

from ifnotyou.api.auth import Call
from ifnotyou.api.errors import wrong_field

MOST = 100
USUAL = 50

Item = TypeVar("Item")
M = TypeVar("M", bound=Model)


class Paging(BaseModel):
    """Which page: as the parameter `paging: Paged` of an operation."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many at most.")
    cursor: str = Field("", max_length=500, description="`next` of the page before; none for the first page.")


Paged = Annotated[Paging, Query()]


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="What is on this page.")
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def page_of(
    call: Call, found: QuerySet[M], paging: Paging, *, by: str, show: Callable[[M], Item]
) -> Page[Item]:
    """One page of `found`, in the order of the field `by` ("-declined_on" for the newest first) and then of the id.

    `by` must never be null. One query, whatever there is; whatever else is told of a row is fetched by `found` itself.
    """
    descending, name = by.startswith("-"), by.removeprefix("-")
    after = _after(call, paging)
    if after is not None:
        further = "lt" if descending else "gt"
        key, pk = after
        # The first condition says nothing new: an index begins there, however far the page is.
        found = found.filter(**{f"{name}__{further}e": key}).filter(
            Q(**{f"{name}__{further}": key}) | Q(**{name: key, f"pk__{further}": pk})
        )
    rows = list(found.order_by(by, "-pk" if descending else "pk")[: paging.limit + 1])
    shown, cursor = rows[: paging.limit], None
    if len(rows) > paging.limit:
        last = shown[-1]
        cursor = signing.dumps([_told(getattr(last, name)), last.pk], salt=_salt(call))
        query = QueryDict(call.query, mutable=True)
        query["cursor"] = cursor
        call.headers["Link"] = f'<{settings.PUBLIC_URL}{call.path}?{query.urlencode()}>; rel="next"'
    return Page(items=[show(row) for row in shown], next=cursor)


def _after(call: Call, paging: Paging) -> tuple[Any, int] | None:
    if not paging.cursor:
        return None
    try:
        key, pk = signing.loads(paging.cursor, salt=_salt(call))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise wrong_field(
            "query/cursor", "This is no cursor of this list: begin again without one."
        ) from error
    return key, int(pk)


def _salt(call: Call) -> str:
    """A cursor is good for the list it came from, and for whoever got it."""
    return f"api/{call.operation}/{call.user.pk}"


def _told(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)
