"""What is looked for is counted, without who looked: demand that an investment can be weighed against."""

from datetime import datetime

from django.db import OperationalError, transaction

from grappe.fabrication.matching import Wish
from grappe.hub.equipment.models import Search
from grappe.hub.equipment.queries.catalogue import Answer, may_count_search

_LONGEST = 400


def record_search(*, wish: Wish, answer: Answer, at: datetime) -> Search | None:
    """Count *wish* once a day; None when it names no process, was counted today, or can't be counted now.

    No line of the journal: nobody did anything that could be undone. Anybody may look, so a day keeps so many
    at the most, and a database that others write to does not keep the answer waiting.
    """
    text = " ".join(wish.text.split())[:_LONGEST].lower()
    if wish.process is None or not may_count_search(text, at.date()):
        return None
    try:
        with transaction.atomic():
            return Search.objects.create(
                text=text, day=at.date(), can=len(answer.can), cannot=len(answer.cannot)
            )
    except OperationalError:
        return None
