"""Tags of the templates of pooled equipment."""

from typing import Any

from django import template

from grappe.hub.equipment.wording import name_of

register = template.Library()


@register.filter
def named(row: Any) -> str:
    """What a site, an equipment or a capability is called in the page's language."""
    return name_of(row)
