"""All addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("ifnotyou.web.urls")),
    path("api/", include("ifnotyou.api.root")),
]

handler403 = "ifnotyou.web.errors.not_yours"
handler404 = "ifnotyou.web.errors.not_there"
handler429 = "ifnotyou.web.errors.too_many"  # allauth's rate limits look for it here
handler500 = "ifnotyou.web.errors.our_fault"
