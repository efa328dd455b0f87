"""What the registry's pages at the desk share: the organisation they are about, and its trail."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.people.queries import may
from grappe.hub.people.shell import DeskView
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import current_id, visible_organisations
from grappe.hub.registry.wording import name_of

__all__ = ["DeskView", "OrganisationView"]


class OrganisationView(DeskView):
    """A page about one organisation; a merged id leads to the one that replaces it."""

    needs = ("consult", "organisation")
    header_icon = "group"
    organisation: Organisation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the organisation first. Raises Http404."""
        if not may(request.user, *self.needs):
            raise PermissionDenied
        key = kwargs["canonical_id"]
        found = visible_organisations(request.user).filter(pk=key).first()
        if found is None:
            current = current_id(key)
            if current == key:
                raise Http404
            return redirect("desk_organisation", current)
        self.organisation = found
        return super().dispatch(request, *args, **kwargs)

    def trail(self) -> list[tuple[str, str]]:
        """The list, and the organisation's page."""
        page = reverse("desk_organisation", args=[self.organisation.pk])
        return [(reverse("desk_organisations"), gettext("Organisations")), (page, name_of(self.organisation))]

    def back(self) -> HttpResponse:
        """To the organisation's page."""
        return redirect("desk_organisation", self.organisation.pk)
