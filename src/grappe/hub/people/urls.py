"""The addresses of accounts, in each language."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from grappe.hub.people import views

per_language = [
    path(pgettext_lazy("url", "account/me/"), views.account, name="account"),
    path(pgettext_lazy("url", "invitation/<str:token>/"), views.invitation, name="invitation"),
]
