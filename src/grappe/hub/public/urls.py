"""Routes of the public site; the parts of a path are translated (context "url")."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from grappe.hub.public import views

site_wide = [
    path("robots.txt", views.robots, name="robots"),
]

per_language = [
    path(pgettext_lazy("url", "look/"), views.look, name="look"),
]
