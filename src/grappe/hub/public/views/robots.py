"""What crawlers read: robots.txt and the site map."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from grappe.hub.public.urls_of import organisation_url
from grappe.hub.registry.models import Code, Organisation


def robots(request: HttpRequest) -> HttpResponse:
    """All but the desk and searches, which are endless."""
    lines = [
        "User-agent: *",
        "Disallow: /desk/",
        "Disallow: /*?",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class _BilingualSitemap(Sitemap):
    i18n = alternates = x_default = True
    languages = ("fr", "en")
    limit = 5_000

    def get_domain(self, site: object = None) -> str:
        """The host of the public address, whatever host the crawler asked."""
        return settings.BASE_URL.split("://", 1)[1]

    def get_protocol(self, protocol: str | None = None) -> str:
        """The scheme of the public address."""
        return settings.BASE_URL.split("://", 1)[0]


class ListSitemap(_BilingualSitemap):
    """The lists, the map, each sector and each cluster."""

    def items(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Route names with their arguments."""
        lists = ("directory", "sectors", "clusters", "map", "figures", "sheets", "measures", "sources")
        names = [(name, ()) for name in lists]
        codes = Code.objects.filter(list__in=("sector", "cluster")).values_list("list", "code")
        return names + [(kind, (code,)) for kind, code in codes]

    def location(self, item: tuple[str, tuple[str, ...]]) -> str:
        """The address of one item in the active language."""
        return reverse(item[0], args=item[1])


class OrganisationSitemap(_BilingualSitemap):
    """Every organisation."""

    def items(self) -> QuerySet[Organisation, str]:
        """Canonical ids, in the order of the directory."""
        return Organisation.objects.values_list("id", flat=True)

    def location(self, item: str) -> str:
        """The address of one organisation in the active language."""
        return organisation_url(item)


class TextSitemap(Sitemap):
    """The editorial pages, each under its own language."""

    limit = 5_000

    def items(self) -> Sequence[Page]:
        """The live pages below the root."""
        return Page.objects.live().filter(depth__gt=1).select_related("locale").order_by("path")

    def location(self, item: Page) -> str:
        """The address of one page."""
        with override(item.locale.language_code):
            return item.url or "/"

    get_domain = _BilingualSitemap.get_domain
    get_protocol = _BilingualSitemap.get_protocol


SITEMAPS = {"lists": ListSitemap, "organisations": OrganisationSitemap, "texts": TextSitemap}


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The site maps, under the public address whatever host the crawler asked."""
    addresses = [
        f"{settings.BASE_URL}{reverse('sitemap', args=[section])}{'' if page == 1 else f'?p={page}'}"
        for section, sitemap in SITEMAPS.items()
        for page in sitemap().paginator.page_range
    ]
    context = {"sitemaps": [{"location": address} for address in addresses]}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")
