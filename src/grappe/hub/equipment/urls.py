"""The addresses of pooled equipment, in each language."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from grappe.hub.equipment.views import bookings, catalogue, flows, investment, requests, running

site_wide = [
    path("data/equipment/facilities", catalogue.equipment_data, name="equipment_data"),
    path(
        "data/equipment/facilities/<slug:code>/<str:name>",
        catalogue.equipment_site_data,
        name="equipment_site_data",
    ),
    path("data/equipment/<slug:kind>/<path:key>", catalogue.equipment_thing, name="equipment_thing"),
]

per_language = [
    path(pgettext_lazy("url", "equipment/"), catalogue.equipment_home, name="equipment"),
    path(pgettext_lazy("url", "equipment/who-can/"), catalogue.equipment_search, name="equipment_search"),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/"), catalogue.equipment_site, name="equipment_site"
    ),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/catalogue.json"),
        catalogue.equipment_site_file,
        name="equipment_site_file",
    ),
    path(
        pgettext_lazy("url", "equipment/terms/<slug:scheme>.ttl"),
        catalogue.equipment_terms,
        name="equipment_terms",
    ),
    path(pgettext_lazy("url", "equipment/<int:pk>/"), bookings.equipment_page, name="equipment_page"),
    path(pgettext_lazy("url", "equipment/<int:pk>/wait/"), bookings.wait_page, name="equipment_wait"),
    path(pgettext_lazy("url", "equipment/bookings/"), bookings.reservations, name="reservations"),
    path(pgettext_lazy("url", "equipment/bookings/<int:pk>/"), bookings.reservation, name="reservation"),
    path(
        pgettext_lazy("url", "equipment/bookings/<int:pk>/<slug:change>/"),
        bookings.change_reservation,
        name="change_reservation",
    ),
    path(
        pgettext_lazy("url", "equipment/bookings/<int:pk>/<int:booking>/<slug:change>/"),
        bookings.change_booking,
        name="change_booking",
    ),
    path(pgettext_lazy("url", "equipment/qualifications/"), running.qualifications, name="qualifications"),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/run/"), running.equipment_run, name="equipment_run"
    ),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/use/"), running.equipment_use, name="equipment_use"
    ),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/closures/"),
        running.close_equipment,
        name="close_equipment",
    ),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/agreements/"),
        running.sign_agreement,
        name="sign_agreement",
    ),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/catalogue/"),
        running.bring_catalogue,
        name="bring_catalogue",
    ),
    path(
        pgettext_lazy("url", "equipment/sites/<slug:code>/<slug:change>/<int:pk>/"),
        running.change_site,
        name="change_site",
    ),
    path(pgettext_lazy("url", "equipment/investment/"), investment.investment, name="investment"),
    path(
        pgettext_lazy("url", "equipment/investment/brief.pdf"),
        investment.investment_brief,
        name="investment_brief",
    ),
    path(pgettext_lazy("url", "equipment/flows/"), flows.flows, name="flows"),
    path(pgettext_lazy("url", "equipment/flows/new/"), flows.new_flow, name="new_flow"),
    path(pgettext_lazy("url", "equipment/flows/<int:pk>/"), flows.flow, name="flow"),
    path(pgettext_lazy("url", "equipment/flows/<int:pk>/run-card/"), flows.run_card, name="run_card"),
    path(pgettext_lazy("url", "equipment/flows/<int:pk>/quote/"), flows.ask_quote, name="ask_quote"),
    path(
        pgettext_lazy("url", "equipment/flows/<int:pk>/<slug:change>/"), flows.change_flow, name="change_flow"
    ),
    path(
        pgettext_lazy("url", "equipment/flows/<int:pk>/reviews/<slug:site>/"),
        flows.review,
        name="review_flow",
    ),
    path(pgettext_lazy("url", "equipment/requests/"), requests.requests, name="requests"),
    path(pgettext_lazy("url", "equipment/requests/new/"), requests.new_request, name="new_request"),
    path(pgettext_lazy("url", "equipment/requests/<int:pk>/"), requests.request_page, name="request"),
    path(
        pgettext_lazy("url", "equipment/requests/<int:pk>/quotes/<int:number>/"),
        requests.quote,
        name="quote",
    ),
    path(
        pgettext_lazy("url", "equipment/requests/<int:pk>/quotes/<int:number>/quote.pdf"),
        requests.quote_file,
        name="quote_file",
    ),
    path(
        pgettext_lazy("url", "equipment/requests/<int:pk>/quotes/<int:number>/<slug:change>/"),
        requests.change_quote,
        name="change_quote",
    ),
    path(
        pgettext_lazy("url", "equipment/requests/<int:pk>/<slug:stage>/"),
        requests.change_request,
        name="change_request",
    ),
]
