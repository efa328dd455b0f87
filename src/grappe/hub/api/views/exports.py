"""Exports: whole tables and bundles in several formats, streamed, with their licences and attribution."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import Query, Router

from grappe.hub.api.caller import Caller
from grappe.hub.api.catalogue import catalogue
from grappe.hub.api.problems import Refused
from grappe.hub.api.queries import listed_organisations
from grappe.hub.api.rendering import page_of_organisation, url_of
from grappe.hub.api.views.asked import Facets
from grappe.hub.registry.exporting.bundle import write_bundle
from grappe.hub.registry.exporting.formats import FORMATS, TooManyRows, write_table
from grappe.hub.registry.exporting.graph import write_graph
from grappe.hub.registry.exporting.notices import attribution_text, licences_text
from grappe.hub.registry.exporting.rows import Export, batches_of, export_for
from grappe.hub.registry.exporting.tables import EXPORTED
from grappe.hub.registry.queries import registry_counts, workspace_words

#: A whole table costs the site what many pages do.
_WEIGHT = 20
router = Router(tags=["exports"], auth=Caller("read", weight=_WEIGHT))
Ending = Literal["csv", "xlsx", "parquet", "jsonl"]
Table = Literal["organisations", "statements", "sources"]
_ZIP, _GRAPH, _TEXT = "application/zip", "application/ld+json", "text/markdown; charset=utf-8"


class Chosen(Facets):
    """Which organisations: any of the codes of a facet, all of the facets."""

    def export(self, user: Any) -> Export:
        """What *user* may take away of them."""
        return export_for(user, listed_organisations(user, self.filters) if self.filters else None)


def _files(media_types: Iterable[str]) -> dict[str, Any]:
    """How a description says that an answer is a file."""
    file = {"type": "string", "format": "binary"}
    content = {
        media_type.partition(";")[0]: {"schema": {"type": "object"} if media_type == _GRAPH else file}
        for media_type in media_types
    }
    return {"responses": {200: {"description": "The file", "content": content}}}


@router.get(
    "/organisations.jsonld",
    summary="Organisations as JSON-LD",
    openapi_extra=_files([_GRAPH]),
)
def export_graph(request: HttpRequest, chosen: Query[Chosen]) -> StreamingHttpResponse:
    """The organisations in schema.org terms, as one `@graph`."""
    export = chosen.export(request.user)
    pieces = write_graph(export, settings.LANGUAGE_CODE, page_of_organisation)
    return _file(pieces, "organisations.jsonld", _GRAPH)


@router.get("/all.{ending}.zip", summary="Everything in one archive", openapi_extra=_files([_ZIP]))
def export_all(request: HttpRequest, chosen: Query[Chosen], ending: Ending) -> StreamingHttpResponse:
    """Every table in one format, with LICENCES.md, ATTRIBUTION.md and datapackage.json."""
    pieces = write_bundle(chosen.export(request.user), ending, _title(), settings.BASE_URL)
    return _file(_begun(pieces), f"grappe-{ending}.zip", _ZIP)


@router.get("/LICENCES.md", summary="Licences of the exports", openapi_extra=_files([_TEXT]))
def export_licences(request: HttpRequest) -> HttpResponse:
    """Each licence, with its sources; and the sources left out."""
    return HttpResponse(licences_text(export_for(request.user)), content_type=_TEXT)


@router.get("/ATTRIBUTION.md", summary="Attribution of the exports", openapi_extra=_files([_TEXT]))
def export_attribution(request: HttpRequest) -> HttpResponse:
    """One line a source, as its licence asks; and the sources left out."""
    text = attribution_text(export_for(request.user), _title(), settings.BASE_URL)
    return HttpResponse(text, content_type=_TEXT)


@router.get("/catalogue.jsonld", summary="Catalogue (DCAT-AP)", openapi_extra=_files([_GRAPH]))
def export_catalogue(request: HttpRequest) -> JsonResponse:
    """The data sets and their distributions, as a DCAT-AP catalogue in JSON-LD."""
    found = catalogue(export_for(request.user), _title(), registry_counts(), timezone.now())
    return JsonResponse(found, content_type=_GRAPH, json_dumps_params={"ensure_ascii": False})


@router.get(
    "/{table}.{ending}",
    summary="One table",
    openapi_extra=_files(each.media_type for each in FORMATS.values()),
)
def export_table(
    request: HttpRequest, chosen: Query[Chosen], table: Table, ending: Ending
) -> StreamingHttpResponse:
    """A whole table, streamed. Visitors get what may be given to everybody; the Link header leads to the
    licences and the attribution."""
    batches = batches_of(table, chosen.export(request.user))
    pieces = write_table(ending, table, EXPORTED[table], batches)
    return _file(_begun(pieces), f"{table}.{ending}", FORMATS[ending].media_type)


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """*pieces*, the first made already: what can't be written is refused before the answer begins."""
    try:
        first = next(pieces, b"")
    except TooManyRows:
        raise Refused("too-large") from None
    return chain([first], pieces)


def _file(pieces: Iterable[bytes], name: str, media_type: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    links = {"license": "LICENCES.md", "attribution": "ATTRIBUTION.md"}
    found = (f'<{url_of("exports", target)}>; rel="{rel}"' for rel, target in links.items())
    answer["Link"] = ", ".join(found)
    return answer


def _title() -> Mapping[str, str]:
    words = workspace_words()
    return {language: str(words.get(f"title_{language}") or "Grappe") for language in ("fr", "en")}
