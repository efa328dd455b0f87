"""What the tests of imports share: lists brought as a secretariat brings them, tasks run on the spot."""

from grappe.hub.registry import jobs
from grappe.hub.registry.actions import imports
from grappe.hub.registry.actions.statements import Correction, correct_value
from grappe.hub.registry.importing.files import plan_of, rows_of
from grappe.hub.registry.models import (
    Belonging,
    Code,
    Document,
    Import,
    Judgement,
    Load,
    Organisation,
    Record,
    Redirect,
    Source,
    Statement,
)
from grappe.hub.registry.queries import version_of

DESCRIBED = {
    "title": "Liste des membres",
    "publisher": "Grappe fictive",
    "licence": "CC0-1.0",
    "published": "2026-03",
    "visibility": "public",
}
#: Confirms one organisation, founds two: one is a namesake in another town.
OTHER = """Nom;Ville;Grappe;Rôle;NEQ
Nouvelle Optique inc.;Québec;optonique;membre;1140000009
Lasers Fictifs inc.;Québec;optonique;membre;
Avions Imaginaires;Laval;aero;membre;
"""
_JOBS = {
    "uploaded": jobs.open_list,
    "reading": jobs.read_list,
    "applying": jobs.apply_import,
    "undoing": jobs.undo_import,
}


def everything():
    """All rows of the registry, as plain values; belongings have no stable key."""
    models = (Statement, Record, Organisation, Judgement, Redirect, Source)
    found = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    belongings = Belonging.objects.values_list("organisation", "list", "code", "role", "since")
    return {**found, "Belonging": sorted(belongings)}


def as_built(found):
    """The rows of the registry without what tells whether a load or an import wrote them."""
    aside = {"origin", "digest", "statement_count", "first_seen"}
    plain = {
        table: [{name: value for name, value in row.items() if name not in aside} for row in rows]
        for table, rows in found.items()
        if table != "Belonging"
    }
    plain["Judgement"] = [row for row in plain["Judgement"] if not row["retracted_at"]]
    return {**plain, "Belonging": found["Belonging"]}


def empty_registry():
    """As before the first load; people and their journal stay."""
    for model in (
        Belonging,
        Record,
        Organisation,
        Redirect,
        Judgement,
        Statement,
        Document,
        Code,
        Source,
        Load,
    ):
        model.objects.all().delete()


def work(brought):
    """Run the task that *brought* waits for; returns it as it then is."""
    brought.refresh_from_db()
    _JOBS[brought.state].func(brought.pk)
    return Import.objects.get(pk=brought.pk)


def bring(
    actor, noon, text, *, source=None, name="membres.csv", cluster="", mapping=None, key="", **described
):
    """A list brought and read with the mapping proposed (or *mapping*), up to its changes or its mistakes.

    *key*: the id that a new source is given in place of the one made from its title.
    """
    said = {**DESCRIBED, **(source_words(source) if source else {}), **described}
    content = text if isinstance(text, bytes) else text.encode()
    brought = imports.bring_list(
        source=source,
        described=said,
        cluster=cluster,
        file_name=name,
        chunks=[content],
        actor=actor,
        at=noon,
    )
    if key:
        Import.objects.filter(pk=brought.pk).update(source_key=key)
    brought = work(brought)
    if brought.state == "columns":
        chosen = mapping or brought.mapping
        brought = work(imports.say_columns(brought=brought, mapping=chosen, actor=actor, at=noon))
    return brought


def source_words(source):
    """What a stored source says of itself."""
    names = ("title", "publisher", "licence", "url", "published", "language", "visibility", "attribution")
    return {name: getattr(source, name) for name in names}


def confirm(brought, actor, noon):
    """Confirm what is shown and let it be stored."""
    return work(imports.confirm_import(brought=brought, digest=brought.digest, actor=actor, at=noon))


def undo(brought, actor, noon):
    """Undo an applied import."""
    return work(imports.ask_undo(brought=brought, actor=actor, at=noon))


def rows_shown(brought, where="true"):
    """The rows of the comparison that people are shown."""
    path = plan_of(brought) / "rows.parquet"
    return rows_of(path, where, [], order="position NULLS LAST, entity", offset=0, limit=1_000)


def correct(organisation, actor, noon, prop, value):
    """A person's correction of one value."""
    entities = list(organisation.records.values_list("entity", flat=True))
    return correct_value(
        organisation=organisation,
        correction=Correction(property=prop, value=value, reason="appel"),
        version=version_of(entities, prop),
        actor=actor,
        at=noon,
    )
