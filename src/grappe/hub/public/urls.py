"""Routes of the public site; the parts of a path are translated (context "url")."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path, register_converter
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import cache_page

from grappe.hub.public.views import (
    comparisons,
    data,
    directory,
    downloads,
    figures,
    groups,
    growth,
    maps,
    measures,
    organisations,
    robots,
    sheets,
    sources,
)


class DownloadForm:
    """The ending of a file that a map or a chart is offered as."""

    regex = "svg|csv"

    def to_python(self, value: str) -> str:
        """*value* itself."""
        return value

    to_url = to_python


class FigureForm(DownloadForm):
    """The ending of a file that one figure is offered as."""

    regex = "jsonld|json|bib"


class LedgerForm(DownloadForm):
    """What all figures are offered as."""

    regex = "csv|jsonld|sdmx"


class MeasureName(DownloadForm):
    """What of a sector's measures a file holds."""

    regex = "concentration|quotients|near|stages"


class Compared(DownloadForm):
    """What of a comparison of growth a file holds."""

    regex = "quotients|growth"


register_converter(DownloadForm, "form")
register_converter(Compared, "compared")
register_converter(MeasureName, "measure")
register_converter(FigureForm, "figure_form")
register_converter(LedgerForm, "ledger_form")
_SITEMAPS = {"sitemaps": robots.SITEMAPS}

site_wide = [
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", cache_page(3600)(robots.sitemap_index), name="sitemaps"),
    path("sitemap-<section>.xml", cache_page(3600)(sitemaps.sitemap), _SITEMAPS, name="sitemap"),
]

per_language = [
    path(pgettext_lazy("url", "directory/"), directory.directory, name="directory"),
    path(pgettext_lazy("url", "directory/points.json"), directory.points, name="points"),
    path(pgettext_lazy("url", "directory/complete/"), directory.complete, name="complete"),
    path(pgettext_lazy("url", "directory/download.csv"), directory.download, name="download"),
    path(
        pgettext_lazy("url", "organisations/<str:canonical_id>/"),
        organisations.organisation,
        name="organisation",
    ),
    path(
        pgettext_lazy("url", "organisations/<str:canonical_id>/map.<form:form>"),
        downloads.organisation_map,
        name="organisation_map",
    ),
    path(pgettext_lazy("url", "sectors/"), groups.sectors, name="sectors"),
    path(pgettext_lazy("url", "sectors/<str:code>/"), groups.sector, name="sector"),
    path(
        pgettext_lazy("url", "sectors/<str:code>/measures/"),
        measures.measures,
        {"kind": "sector"},
        name="sector_measures",
    ),
    path(
        pgettext_lazy("url", "sectors/<str:code>/measures/<measure:name>.<form:form>"),
        measures.measures_file,
        {"kind": "sector"},
        name="sector_measures_file",
    ),
    path(
        pgettext_lazy("url", "clusters/<str:code>/measures/"),
        measures.measures,
        {"kind": "cluster"},
        name="cluster_measures",
    ),
    path(
        pgettext_lazy("url", "clusters/<str:code>/measures/<measure:name>.<form:form>"),
        measures.measures_file,
        {"kind": "cluster"},
        name="cluster_measures_file",
    ),
    path(
        pgettext_lazy("url", "sectors/<str:code>/map.<form:form>"),
        downloads.group_map,
        {"kind": "sector"},
        name="sector_map",
    ),
    path(
        pgettext_lazy("url", "sectors/<str:code>/by-<str:facet>.<form:form>"),
        downloads.group_shares,
        {"kind": "sector"},
        name="sector_shares",
    ),
    path(pgettext_lazy("url", "clusters/"), groups.clusters, name="clusters"),
    path(pgettext_lazy("url", "clusters/<str:code>/"), groups.cluster, name="cluster"),
    path(
        pgettext_lazy("url", "clusters/<str:code>/map.<form:form>"),
        downloads.group_map,
        {"kind": "cluster"},
        name="cluster_map",
    ),
    path(
        pgettext_lazy("url", "clusters/<str:code>/by-<str:facet>.<form:form>"),
        downloads.group_shares,
        {"kind": "cluster"},
        name="cluster_shares",
    ),
    path(pgettext_lazy("url", "measures/"), growth.tables, name="measures"),
    path(pgettext_lazy("url", "measures/comparison/"), comparisons.measured, name="comparison"),
    path(
        pgettext_lazy("url", "measures/comparison/quotients.<form:form>"),
        comparisons.measured_file,
        name="comparison_file",
    ),
    path(
        pgettext_lazy("url", "measures/searches/<slug:code>/"),
        measures.measures,
        {"kind": "search"},
        name="search_measures",
    ),
    path(
        pgettext_lazy("url", "measures/searches/<slug:code>/<measure:name>.<form:form>"),
        measures.measures_file,
        {"kind": "search"},
        name="search_measures_file",
    ),
    path(pgettext_lazy("url", "measures/tables/<slug:table>/"), growth.growth, name="table_growth"),
    path(
        pgettext_lazy("url", "measures/tables/<slug:table>/growth.<form:form>"),
        growth.growth_file,
        name="table_growth_file",
    ),
    path(
        pgettext_lazy("url", "measures/tables/<slug:table>/comparison/"),
        growth.comparison,
        name="table_comparison",
    ),
    path(
        pgettext_lazy("url", "measures/tables/<slug:table>/comparison/<compared:name>.<form:form>"),
        growth.comparison_file,
        name="table_comparison_file",
    ),
    path(pgettext_lazy("url", "key-figures/"), figures.figures, name="figures"),
    path(
        pgettext_lazy("url", "key-figures/download/<ledger_form:form>/"),
        figures.figures_download,
        name="figures_download",
    ),
    path(pgettext_lazy("url", "key-figures/<str:figure>/"), figures.figure, name="figure"),
    path(pgettext_lazy("url", "key-figures/<str:figure>/embed/"), figures.figure_embed, name="figure_embed"),
    path(
        pgettext_lazy("url", "key-figures/<str:figure>/figure.<figure_form:form>"),
        figures.figure_file,
        name="figure_file",
    ),
    path(pgettext_lazy("url", "fact-sheets/"), sheets.sheets, name="sheets"),
    path(pgettext_lazy("url", "fact-sheets/<int:sheet>/"), sheets.sheet, name="sheet"),
    path(pgettext_lazy("url", "fact-sheets/<int:sheet>/sheet.pdf"), sheets.sheet_as_pdf, name="sheet_pdf"),
    path(
        pgettext_lazy("url", "fact-sheets/<int:sheet>/<int:position>.png"),
        sheets.sheet_card,
        name="sheet_card",
    ),
    path(pgettext_lazy("url", "map/"), maps.map_page, name="map"),
    path(pgettext_lazy("url", "map/map.<form:form>"), downloads.whole_map, name="whole_map"),
    path(pgettext_lazy("url", "data/"), data.data, name="data"),
    path(pgettext_lazy("url", "sources/"), sources.sources, name="sources"),
    path(pgettext_lazy("url", "sources/<str:source_id>/"), sources.source, name="source"),
]
