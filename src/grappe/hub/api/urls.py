"""The addresses of the API: operations under ``/api/v1/``, its description, the kinds of problems."""

from django.urls import path, re_path

from grappe.hub.api.openapi import make_api
from grappe.hub.api.views import description, exports, organisations, searching, sources, statements

api = make_api()
api.add_router("organisations", organisations.router)
api.add_router("statements", statements.router)
api.add_router("sources", sources.router)
api.add_router("exports", exports.router)
api.add_router("", searching.router)

urlpatterns = [
    path("openapi.json", description.openapi, {"api": api}, name="api_description"),
    path("problems/<slug:code>", description.problem, name="api_problem"),
    path("v1/", api.urls),
    re_path(r"^", description.nothing, name="api_nothing"),
]
