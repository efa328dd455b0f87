"""What the public slice adds to the staff desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail.models import Page

from grappe.hub.public.queries import is_ahead_of_french


def refuse_english_first(request: HttpRequest, page: Page) -> HttpResponse | None:
    """An English page is not published before its French one (Charter of the French language)."""
    if not is_ahead_of_french(page):
        return None
    messages.error(
        request, gettext("Publish the French version first: an English page has its equal in French.")
    )
    return redirect("wagtailadmin_pages:edit", page.pk)
