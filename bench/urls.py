"""All addresses of the program, and empty pages: the floors.

All pass every middleware that a page passes. `/bench/empty/` asks for a
signed-in user, as pages do, which costs the queries for session and user;
`/bench/bare/` is open to anybody and touches no database.
`/bench/framed/` has around it what every page has: the way to the others, and who is signed in.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from ifnotyou.urls import handler403, handler404, handler429, handler500, urlpatterns
from ifnotyou.web import access

__all__ = ["handler403", "handler404", "handler429", "handler500", "urlpatterns"]

EMPTY = "nothing but the frame"


def empty(_request):
    return HttpResponse(EMPTY, content_type="text/plain")


def framed(request):
    return render(request, "base.html")


access.ACCESS |= {
    "bench_empty": access.EVERYONE,
    "bench_framed": access.EVERYONE,
    "bench_bare": access.ANYBODY,
}
access.BEFORE_THE_WORKSPACE |= {"bench_bare"}
urlpatterns = [
    *urlpatterns,
    path("bench/empty/", empty, name="bench_empty"),
    path("bench/framed/", framed, name="bench_framed"),
    path("bench/bare/", empty, name="bench_bare"),
]
