"""The addresses of the API: operations under ``/api/v1/``, its description, the kinds of problems."""

from django.urls import path, re_path

from grappe.hub.api.openapi import make_api
from grappe.hub.api.views import (
    calendars,
    description,
    equipment,
    exports,
    imports,
    organisations,
    reconcile,
    reservations,
    searching,
    sources,
    statements,
)

api = make_api()
api.add_router("organisations", organisations.router)
api.add_router("statements", statements.router)
api.add_router("sources", sources.router)
api.add_router("imports", imports.router)
api.add_router("exports", exports.router)
api.add_router("reservations", reservations.router)
api.add_router("", equipment.router)
api.add_router("", searching.router)

urlpatterns = [
    path("openapi.json", description.openapi, {"api": api}, name="api_description"),
    path("problems/<slug:code>", description.problem, name="api_problem"),
    path("reconcile", reconcile.reconcile, name="reconcile"),
    path("reconcile/properties", reconcile.propose_properties, name="reconcile_properties"),
    path("reconcile/preview/<str:canonical_id>", reconcile.preview, name="reconcile_preview"),
    re_path(
        r"^reconcile/suggest/(?P<what>entity|type|property)$", reconcile.suggest, name="reconcile_suggest"
    ),
    path("calendars/equipment/<int:key>.ics", calendars.equipment, name="equipment_calendar"),
    path("calendars/person/<str:token>.ics", calendars.person, name="person_calendar"),
    path("v1/", api.urls),
    re_path(r"^", description.nothing, name="api_nothing"),
]
