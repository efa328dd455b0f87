"""What is looked for is counted, without who looked: demand that an investment can be weighed against."""

from datetime import datetime

from django.db import transaction

from grappe.fabrication.matching import Wish
from grappe.hub.equipment.models import Search
from grappe.hub.equipment.queries.catalogue import Answer, was_searched


@transaction.atomic
def record_search(*, wish: Wish, answer: Answer, at: datetime) -> Search | None:
    """Count *wish* once a day; None when it names no process, or was counted today already.

    No line of the journal: nobody did anything that could be undone.
    """
    text = " ".join(wish.text.split())[:400].lower()
    if wish.process is None or was_searched(text, at.date()):
        return None
    return Search.objects.create(text=text, day=at.date(), can=len(answer.can), cannot=len(answer.cannot))
