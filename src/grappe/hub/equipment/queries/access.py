"""Who runs a site, who books, and which bookings a person may see."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from grappe.hub.equipment.models import Booking, Facility, Qualification, Reservation
from grappe.hub.people.models import RoleName, User
from grappe.hub.people.queries import Visitor, clusters_where, may, may_represent, roles_of
from grappe.hub.registry.access import may_do
from grappe.hub.registry.models import Organisation


def represented(user: Visitor) -> frozenset[str]:
    """The organisations that *user* speaks for."""
    held = (role for role in roles_of(user) if role.name == RoleName.REPRESENTATIVE)
    return frozenset(role.organisation for role in held if role.organisation)


def may_run(user: Visitor, facility: Facility) -> bool:
    """Whether *user* runs *facility*: they represent its organisation, manage its cluster, or administer."""
    if facility.organisation and may_represent(user, facility.organisation):
        return True
    return may(user, "run", "facility", facility.cluster)


def may_book(user: Visitor, organisation: str, facilities: Iterable[Facility] = ()) -> bool:
    """Whether *user* may book at *facilities* for *organisation* ("": for the sites themselves).

    Its representatives may; those who run each of the sites; and editors and managers on behalf of an
    organisation of their cluster.
    """
    sites = tuple(facilities)
    if not may(user, "make", "booking"):
        return False
    if organisation and may_represent(user, organisation):
        return True
    if sites and all(may_run(user, site) for site in sites):
        return True
    return bool(organisation) and _may_speak_on_behalf(user, organisation)


def _may_speak_on_behalf(user: Visitor, organisation: str) -> bool:
    if not may(user, "edit", "organisation"):
        return False
    found = Organisation.objects.filter(pk=organisation).first()
    return found is not None and may_do(user, "edit", found)


def facilities_run(user: Visitor) -> QuerySet[Facility]:
    """The sites that *user* runs."""
    clusters = clusters_where(user, "run", "facility")
    if clusters is None:
        return Facility.objects.all()
    return Facility.objects.filter(_theirs(user, clusters, ""))


def visible_bookings(user: Visitor) -> QuerySet[Booking]:
    """The bookings that *user* may see with their names: those they made or work on, those of organisations
    they speak for, those of sites they run."""
    found = Booking.objects.select_related(
        "reservation__user", "equipment__facility", "capability", "operator"
    )
    clusters = clusters_where(user, "run", "facility")
    if clusters is None:
        return found
    if not user.is_authenticated:
        return found.none()
    own = Q(reservation__user=user) | Q(operator=user) | Q(reservation__organisation__in=represented(user))
    return found.filter(own | _theirs(user, clusters, "equipment__facility__"))


def visible_reservations(user: Visitor) -> QuerySet[Reservation]:
    """The reservations of which *user* may see at least one booking, and those they made."""
    if not user.is_authenticated:
        return Reservation.objects.none()
    seen = visible_bookings(user).filter(reservation=OuterRef("pk")).order_by()
    return Reservation.objects.select_related("user").filter(Q(user=user) | Q(Exists(seen)))


def may_change(user: Visitor, reservation: Reservation) -> bool:
    """Whether *user* may cancel or move *reservation* as a whole: who made it, who speaks for its
    organisation, who runs every site of it."""
    if user.is_authenticated and reservation.user_id == user.pk:
        return True
    if reservation.organisation and may_book(user, reservation.organisation):
        return True
    sites = Facility.objects.filter(equipment__bookings__reservation=reservation).distinct()
    return bool(sites) and all(may_run(user, site) for site in sites)


def may_change_booking(user: Visitor, booking: Booking) -> bool:
    """Whether *user* may cancel *booking* or log its use: who works on it, who may change its reservation,
    who runs its site."""
    if user.is_authenticated and booking.operator_id == user.pk:
        return True
    return may_run(user, booking.equipment.facility) or may_change(user, booking.reservation)


def may_operate(user: User, actor: Visitor, organisation: str, facility: Facility) -> bool:
    """Whether *actor* may name *user* as who works on a booking: themselves, a colleague who represents the
    same organisation, somebody who runs the site; anybody, when *actor* runs it."""
    if user.pk == getattr(actor, "pk", None) or may_run(actor, facility):
        return True
    return bool(organisation and may_represent(user, organisation)) or may_run(user, facility)


def may_qualify(user: Visitor, facility: Facility, code: str, today: object) -> bool:
    """Whether *user* may grant *code* at *facility*: those who run it, and trainers of that code there."""
    if may_run(user, facility):
        return True
    if not user.is_authenticated:
        return False
    trains = Qualification.objects.filter(
        user=user, facility=facility, code=code, state=Qualification.State.HELD,
        level=Qualification.Level.TRAINER,
    )  # fmt: skip
    return trains.filter(Q(expires_on=None) | Q(expires_on__gte=today)).exists()


def _theirs(user: Visitor, clusters: frozenset[str], path: str) -> Q:
    """Rows of sites that *user* runs, as :func:`may_run` says it."""
    return Q(**{f"{path}organisation__in": represented(user)}) | Q(**{f"{path}cluster__in": clusters - {""}})
