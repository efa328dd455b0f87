"""The registry's background tasks: each fetches what it needs and calls one function."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from grappe.hub.config.tasks import LONG, task
from grappe.hub.people.links import CLAIM, CONFIRMATION, Purpose
from grappe.hub.people.mail import send_mail
from grappe.hub.registry import indexing, pairing
from grappe.hub.registry.importing import steps
from grappe.hub.registry.models import Claim, ConfirmationRequest
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import organisation_of


@task()
def index_pending() -> int:
    """Bring the search index up to the edits it has not heard of; returns the number of organisations."""
    return indexing.index_pending()


@task(queue_name=LONG)
def fill_queue() -> dict[str, int]:
    """Propose the pairs of records that may be one organisation; returns what changed in the queue."""
    return pairing.fill_queue(at=timezone.now())


@task()
def open_list(key: int) -> None:
    """Look at the list of an import: its sheets, their first rows, what their columns may say."""
    steps.run_step(key, steps.open_list)


@task()
def read_list(key: int) -> None:
    """Read the list of an import and compare it with what is known."""
    steps.run_step(key, partial(steps.read_list, at=timezone.now(), rows_limit=settings.IMPORT_ROWS))


@task()
def apply_import(key: int) -> None:
    """Store what was confirmed."""
    steps.run_step(key, partial(steps.apply_import, at=timezone.now()))


@task()
def undo_import(key: int) -> None:
    """Bring everything back to how it was before an import."""
    steps.run_step(key, partial(steps.undo_import, at=timezone.now()))


@task()
def send_claim_link(claim: int) -> None:
    """Send the address of a claim the link that confirms it."""
    found = Claim.objects.filter(pk=claim, state=Claim.State.UNCONFIRMED).first()
    if found is not None:
        link = _address("claim_confirm", found.language, CLAIM, found.pk)
        _send("claim", found, {"address": link, "days": CLAIM.days})


@task()
def send_claim_refusal(claim: int) -> None:
    """Tell the address of a claim why it was refused."""
    found = Claim.objects.filter(pk=claim, state=Claim.State.REFUSED).first()
    if found is not None:
        _send("claim_refused", found, {"why": found.why})


@task()
def send_confirmation_request(request: int) -> None:
    """Ask the address of a request whether the page of its organisation is right."""
    found = ConfirmationRequest.objects.filter(pk=request, answered_at=None).first()
    if found is not None:
        link = _address("confirm", found.language, CONFIRMATION, found.pk)
        _send("confirmation", found, {"address": link, "days": CONFIRMATION.days})


def _address(name: str, language: str, purpose: Purpose, key: int) -> str:
    with override(language):
        return f"{settings.BASE_URL}{reverse(name, args=[purpose.sign(key)])}"


def _send(template: str, row: Claim | ConfirmationRequest, context: Mapping[str, Any]) -> None:
    organisation = organisation_of(row.entity)
    if organisation is not None:
        name = paired(organisation, "name", row.language)[0]
        send_mail(to=row.email, template=template, language=row.language, context={**context, "name": name})
