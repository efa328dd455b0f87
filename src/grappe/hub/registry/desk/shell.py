"""What every page of the registry's desk shares: who may open it, where it stands, what was refused."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from grappe.hub.people.queries import may
from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.desk.wording import name_of
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import current_id, visible_organisations


class DeskView(WagtailAdminTemplateMixin, View):
    """A page of the desk that *needs* (verb, object) of the access matrix."""

    needs = ("enter", "desk")
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer; refused by the matrix, what Wagtail answers to those who may not."""
        if not may(request.user, *self.needs):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed:
            raise PermissionDenied from None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page as it is first shown."""
        return self.render_to_response(self.get_context_data(**kwargs))

    def trail(self) -> list[tuple[str, str]]:
        """(address, label) of the pages above this one."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Home, the pages above, this page."""
        above = [{"url": url, "label": label} for url, label in self.trail()]
        return [*self.breadcrumbs_items, *above, {"url": "", "label": self.get_page_title()}]

    def now(self) -> datetime:
        """The moment of the request: actions are told it, none reads the clock."""
        return timezone.now()

    def tell(self, text: str) -> None:
        """Say on the next page what was done."""
        messages.success(self.request, text)

    def warn(self, text: str) -> None:
        """Say on the next page why nothing was done."""
        messages.error(self.request, text)


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
