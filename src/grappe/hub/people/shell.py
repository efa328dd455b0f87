"""What every page of the desk shares: who may open it, where it stands, what was refused."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from grappe.hub.people.queries import may


class DeskItem(MenuItem):
    """An item of the desk's menu for those who may *verb* an object of *kind*."""

    def __init__(
        self, needs: tuple[str, str], label: object, address: object, icon: str, order: int, name: str
    ) -> None:
        super().__init__(label, address, name=name, icon_name=icon, order=order)
        self.needs = needs

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the matrix lets this person open it."""
        return may(request.user, *self.needs)


class DeskView(WagtailAdminTemplateMixin, View):
    """A page of the desk that *needs* (verb, object) of the access matrix."""

    needs = ("enter", "desk")
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer; refused by the matrix, what Wagtail answers to those who may not."""
        if not may(request.user, *self.needs):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page as it is first shown."""
        return self.render_to_response(self.get_context_data())

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
