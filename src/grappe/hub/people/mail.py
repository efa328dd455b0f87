"""Mail in the reader's language, from a pair of templates: ``<name>.subject.txt`` and ``<name>.txt``."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override


def send_mail(*, to: str, template: str, language: str, context: Mapping[str, Any]) -> None:
    """Send *template* to *to*. Raises what the mail server answers: the task that calls this is run again."""
    with override(language):
        values = {"base_url": settings.BASE_URL, **context}
        subject = str(render_to_string(f"mail/{template}.subject.txt", values))
        body = render_to_string(f"mail/{template}.txt", values)
    # One line; its no-break spaces stay.
    subject = re.sub(r"[ \t\r\n]+", " ", subject).strip(" ")
    EmailMessage(subject, body.strip() + "\n", to=[to]).send()
