"""Those whom we are in touch with, as a file for the company's system for applicants."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ifnotyou.files.spreadsheet import written
from ifnotyou.queries.ats import COLUMNS, exportable, rows_of
from ifnotyou.services.ats import hand_over
from ifnotyou.web.access import user_of


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """The file. Asked for by a form (POST) it is kept that these are handed over now; a look (GET) changes nothing."""
    user, now = user_of(request), timezone.now()
    rows = hand_over(user, now=now) if request.method == "POST" else rows_of(exportable(user), user)
    answer = HttpResponse(written(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="names-{now.date()}.csv"'
    return answer
