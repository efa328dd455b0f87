"""Lists that machines bring: through the forms and the actions of the desk, refused as the API refuses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext

from grappe.hub.api.problems import Refused
from grappe.hub.people.models import User
from grappe.hub.people.queries import Visitor, clusters_where, may
from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.actions.imports import NotNow, UndoLater, bring_list, say_columns
from grappe.hub.registry.import_forms import EditionForm, NewListForm, mapping_faults
from grappe.hub.registry.models import Import, Source
from grappe.hub.registry.queries import codes_of, importable_sources, visible_imports
from grappe.intake.spreadsheets import mapping_content, read_mapping
from grappe.statements import GrappeError


def readable_imports(user: Visitor) -> QuerySet[Import]:
    """The imports that *user* may see. Raises Refused for those who may see none."""
    if not may(user, "consult", "import"):
        raise Refused("not-allowed")
    return visible_imports(user)


def import_of(user: Visitor, key: int) -> Import:
    """The import *key*. Raises Refused."""
    found = readable_imports(user).filter(pk=key).first()
    if found is None:
        raise Refused("not-found")
    return found


@contextmanager
def refusals() -> Iterator[None]:
    """What the actions refuse, as the API says it."""
    try:
        yield
    except NotAllowed:
        raise Refused("not-allowed") from None
    except NotNow:
        raise Refused("conflict", gettext("The import is past that point, or not there yet.")) from None
    except UndoLater:
        detail = gettext("A later edition of this list was applied: undo that one first.")
        raise Refused("conflict", detail) from None


def bring(said: Mapping[str, Any], file: UploadedFile, actor: User, at: datetime) -> Import:
    """Keep *file* as the next edition of the source that *said* names, or of a new one. Raises Refused."""
    if not may(actor, "prepare", "import"):
        raise Refused("not-allowed")
    source = _source(said["source"], actor) if said["source"] else None
    clusters = {} if source and source.cluster else _clusters_of(actor)
    kind = EditionForm if source else NewListForm
    form = kind(dict(said), {"file": file}, clusters=clusters)
    if not form.is_valid():
        raise Refused("invalid", errors=_errors(form.errors))
    described = form.new_source() if isinstance(form, NewListForm) else form.described(source)  # type: ignore[arg-type]
    with refusals():
        return bring_list(
            source=source,
            described=described,
            cluster=form.cluster_said,
            actor=actor,
            at=at,
            **form.content(),
        )


def read_as(brought: Import, mapping: dict[str, Any] | None, actor: User, at: datetime) -> Import:
    """Read the list as *mapping* says, or as proposed. Raises Refused."""
    try:
        chosen = read_mapping(brought.mapping if mapping is None else mapping)
        content = mapping_content(chosen)
    except (GrappeError, AttributeError, KeyError, TypeError, ValueError):
        message = gettext("Take the mapping that the import proposes, and change what it says of columns.")
        raise Refused("invalid", errors=[{"field": "mapping", "message": message}]) from None
    faults = mapping_faults(chosen)
    if faults:
        raise Refused("invalid", errors=[{"field": "mapping", "message": fault} for fault in faults])
    with refusals():
        return say_columns(brought=brought, mapping=content, actor=actor, at=at)


def _source(key: str, actor: User) -> Source:
    found = importable_sources(actor).filter(pk=key).first()
    if found is None:
        message = gettext("No list of yours has this id: leave it out to bring a new one.")
        raise Refused("invalid", errors=[{"field": "source", "message": message}])
    return found


def _clusters_of(user: User) -> dict[str, str]:
    allowed = clusters_where(user, "prepare", "import")
    codes = codes_of("cluster")
    return {"": "", **dict.fromkeys(codes, "")} if allowed is None else dict.fromkeys(allowed, "")


def _errors(found: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"field": "" if field == "__all__" else field, "message": str(message)}
        for field, messages in found.items()
        for message in messages
    ]
