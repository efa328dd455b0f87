"""Webhooks in Wagtail's shell: endpoints, what each was told, what is told again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from grappe.hub.people.queries import clusters_where, may
from grappe.hub.people.shell import DeskView
from grappe.hub.registry.queries import codes_of
from grappe.hub.registry.wording import name_of_code
from grappe.hub.webhooks.actions import (
    add_endpoint,
    deliver_again,
    enable_endpoint,
    remove_endpoint,
)
from grappe.hub.webhooks.forms import LABELS, EndpointForm
from grappe.hub.webhooks.models import Delivery, Endpoint
from grappe.hub.webhooks.queries import latest_deliveries, managed_endpoints


class EndpointsView(DeskView):
    """The endpoints that one manages, and the form that adds another. Two queries."""

    needs = ("manage", "webhook")
    template_name = "hub/desk/webhooks.html"
    header_icon = "link-external"

    def get_page_title(self) -> str:
        """The title of the page."""
        return gettext("Webhooks")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The endpoints with the words of their events and clusters, and the form."""
        clusters = self.clusters()
        rows = [
            {
                "endpoint": each,
                "events": [LABELS[kind] for kind in each.events if kind in LABELS],
                "cluster": clusters.get(each.cluster, each.cluster),
            }
            for each in managed_endpoints(self.request.user)
        ]
        form = kwargs.pop("form", None) or EndpointForm(clusters=clusters)
        return super().get_context_data(rows=rows, form=form, **kwargs)

    def clusters(self) -> dict[str, str]:
        """Code → name of the clusters one may have another system told about; "" is all of them."""
        names = {code: name_of_code(each) for code, each in codes_of("cluster").items()}
        allowed = clusters_where(self.request.user, "manage", "webhook")
        if allowed is None:
            return {"": gettext("all clusters"), **names}
        return {code: name for code, name in names.items() if code in allowed}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add an endpoint, or show what is wrong."""
        form = EndpointForm(request.POST, clusters=self.clusters())
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        endpoint = add_endpoint(
            url=form.cleaned_data["url"],
            cluster=form.cleaned_data["cluster"],
            events=form.cleaned_data["events"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The address is told from now on. Its signing secret is below."))
        return redirect("desk_webhook", endpoint.pk)


class EndpointPage(DeskView):
    """One endpoint: its secret, what it was told last and what came of it."""

    needs = ("manage", "webhook")
    template_name = "hub/desk/webhook.html"
    header_icon = "link-external"
    endpoint: Endpoint

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the endpoint first, among those that one manages. Raises Http404."""
        if may(request.user, *self.needs):
            self.endpoint = get_object_or_404(managed_endpoints(request.user), pk=kwargs["endpoint"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """The address."""
        return self.endpoint.url

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse("desk_webhooks"), gettext("Webhooks"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The endpoint and its deliveries."""
        rows = [(each, LABELS.get(each.kind, each.kind)) for each in latest_deliveries(self.endpoint)]
        return super().get_context_data(endpoint=self.endpoint, rows=rows, **kwargs)

    def back(self) -> HttpResponse:
        """To the endpoint's page."""
        return redirect("desk_webhook", self.endpoint.pk)


class EnableEndpointView(EndpointPage):
    """Tells an endpoint again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the endpoint."""
        return self.back()

    def post(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        """Enable it."""
        enable_endpoint(endpoint=self.endpoint, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The address is told again."))
        return self.back()


class RemoveEndpointView(EndpointPage):
    """Tells an endpoint nothing more."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the endpoint."""
        return self.back()

    def post(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        """Remove it."""
        remove_endpoint(endpoint=self.endpoint, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The address is told nothing more."))
        return redirect("desk_webhooks")


class DeliverAgainView(EndpointPage):
    """Tells an event once more."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the endpoint."""
        return self.back()

    def post(self, request: HttpRequest, endpoint: int, delivery: int) -> HttpResponse:
        """Make it due. Raises Http404 for a delivery of another endpoint."""
        found = get_object_or_404(Delivery, pk=delivery, endpoint=self.endpoint)
        deliver_again(delivery=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("It is told again within a minute."))
        return self.back()


class _WebhooksItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person manages webhooks."""
        return may(request.user, "manage", "webhook")


def webhooks_item() -> MenuItem:
    """The menu item of webhooks."""
    url = reverse("desk_webhooks")
    return _WebhooksItem(_("Webhooks"), url, name="desk_webhooks", icon_name="link-external", order=960)


def urls() -> list[URLPattern]:
    """The addresses of webhooks under the desk's."""
    one = "webhooks/<int:endpoint>/"
    return [
        path("webhooks/", EndpointsView.as_view(), name="desk_webhooks"),
        path(one, EndpointPage.as_view(), name="desk_webhook"),
        path(f"{one}enable/", EnableEndpointView.as_view(), name="desk_enable_webhook"),
        path(f"{one}remove/", RemoveEndpointView.as_view(), name="desk_remove_webhook"),
        path(f"{one}deliveries/<int:delivery>/again/", DeliverAgainView.as_view(), name="desk_deliver_again"),
    ]
