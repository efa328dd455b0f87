"""The background tasks of accounts."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from grappe.hub.config.tasks import task
from grappe.hub.people.links import INVITATION
from grappe.hub.people.mail import send_mail
from grappe.hub.people.models import Invitation
from grappe.hub.people.queries import role_label


@task()
def send_invitation(invitation: int) -> None:
    """Send the link of an invitation to its address; nothing when it was withdrawn meanwhile."""
    found = Invitation.objects.filter(pk=invitation, answered_at=None, withdrawn_at=None).first()
    if found is None:
        return
    with override(found.language):
        path = reverse("invitation", args=[INVITATION.sign(found.pk)])
        context = {
            "address": f"{settings.BASE_URL}{path}",
            "role": role_label(found.name),
            "inviter": found.invited_by.get_full_name() if found.invited_by else "",
            "days": INVITATION.days,
        }
    send_mail(to=found.email, template="invitation", language=found.language, context=context)
