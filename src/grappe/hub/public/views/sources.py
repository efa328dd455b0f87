"""The sources: who says things here, and what each says."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from grappe.hub.public import queries
from grappe.hub.public.facts import value_writer
from grappe.hub.public.urls_of import organisation_url
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes, statements_of_source, visible_documents, visible_sources
from grappe.statements.vocabulary import properties

PAGE_LENGTH = 50


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every source that may be seen, in the workspace's order. One query."""
    return render(request, "hub/sources.html", {"sources": list(visible_sources(request.user))})


@require_safe
def source(request: HttpRequest, source_id: str) -> HttpResponse:
    """One source: its identity, its licence, and its statements page by page. Six queries."""
    record = get_object_or_404(visible_sources(request.user), pk=source_id)
    statements = statements_of_source(request.user, record)
    page = Paginator(statements, PAGE_LENGTH).get_page(request.GET.get("page"))
    language = get_language() or "fr"
    known = queries.organisations_by_entity({statement.entity for statement in page})
    rows = []
    codes = all_codes()
    for statement in page:
        subject = known.get(statement.entity)
        definition = properties().get(statement.property)
        rows.append(
            {
                "statement": statement,
                "label": definition.label(language) if definition else statement.property,
                "name": paired(subject, "name", language)[0] if subject else statement.entity,
                "url": organisation_url(subject.pk) if subject else "",
                "value": value_writer(definition, codes, language)(statement.value)[0]
                if definition
                else statement.value,
            }
        )
    documents = visible_documents(request.user).filter(source=record).defer("text")
    return render(
        request,
        "hub/source.html",
        {"source": record, "rows": rows, "page_of": page, "documents": list(documents)},
    )
