"""Who runs a site, and for whom a person asks."""

from grappe.hub.equipment.models import Facility
from grappe.hub.people.queries import Visitor, may, roles_of
from grappe.hub.registry.queries import current_id


def organisations_of(user: Visitor) -> frozenset[str]:
    """The organisations that *user* represents, under the ids that they have now."""
    return frozenset(current_id(role.organisation) for role in roles_of(user) if role.organisation)


def may_run(user: Visitor, facility: Facility) -> bool:
    """Whether *user* runs *facility*: speaks for its organisation, or manages its cluster."""
    if facility.organisation and current_id(facility.organisation) in organisations_of(user):
        return True
    return may(user, "run", "facility", facility.cluster or None)
