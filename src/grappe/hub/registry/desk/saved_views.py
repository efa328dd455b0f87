"""Saved views at the desk: a list kept under a name, for oneself or for the staff of a cluster."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.people.shell import DeskView
from grappe.hub.registry.actions.saved_views import delete_view, save_view
from grappe.hub.registry.desk.listing import asked_in
from grappe.hub.registry.models import SavedView
from grappe.hub.registry.wording import own_clusters


class SaveView(DeskView):
    """Keeps the list as it is asked now."""

    needs = ("consult", "organisation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_organisations")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save it; said when it has no name."""
        query = asked_in(request.POST, ()).query_string
        name = " ".join(request.POST.get("name", "").split())[:80]
        cluster = request.POST.get("shown_to", "")
        if not name:
            self.warn(gettext("Give the view a name."))
        else:
            shared = cluster if cluster in own_clusters(request.user, "consult", "organisation") else ""
            save_view(name=name, query=query, cluster=shared, actor=request.user, at=self.now())  # type: ignore[arg-type]
            self.tell(gettext("The view “%s” is saved.") % name)
        return redirect(f"{reverse('desk_organisations')}?{query}")


class DeleteView(DeskView):
    """Forgets a view of one's own."""

    needs = ("consult", "organisation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_organisations")

    def post(self, request: HttpRequest, view: int) -> HttpResponse:
        """Delete it. Raises Http404 for somebody else's."""
        found = get_object_or_404(SavedView, pk=view, owner=request.user)
        delete_view(view=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The view is forgotten."))
        return redirect("desk_organisations")
