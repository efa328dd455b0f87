"""Tags of every template: languages, numbers, values with their sources, the static map."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.models import Page

from grappe.hub.public import linked_data, queries, static_map, typography, urls_of
from grappe.hub.public.frame import alternates_of
from grappe.hub.public.front import front_facts
from grappe.hub.public.highlighting import mark_words
from grappe.hub.public.urls_of import directory_url
from grappe.hub.registry.paired import OTHER, paired
from grappe.intake.gazetteer import REGIONS
from grappe.linkage import explaining
from grappe.statements.vocabulary import label_of

register = template.Library()


def _language() -> str:
    return (get_language() or "fr")[:2]


@register.filter
def split_words(text: str) -> list[str]:
    """The words of *text*."""
    return text.split()


@register.filter
def number(value: float | None) -> str:
    """A number as the page's language writes it; "" for None."""
    return "" if value is None else typography.write_number(value, _language())


@register.filter
def percent(share: float) -> str:
    """A share in [0, 1] in whole percent."""
    return typography.write_percent(share, _language())


@register.filter
def signed(value: float) -> str:
    """A number with its sign and two decimals: ``+1,25``."""
    text = f"{value:+.2f}".replace("-", "−")
    return text.replace(".", ",") if _language() == "fr" else text


@register.filter
def feature_label(name: str) -> str:
    """What speaks for or against a pair, in words."""
    return explaining.feature_label(name, _language())


@register.filter
def when(iso: str | None) -> str:
    """A partial ISO date in words, "s. d." when unknown."""
    return typography.write_date(iso, _language())


@register.filter
def licence(name: str) -> str:
    """A licence as people say it."""
    return typography.write_licence(name, _language())


@register.filter
def host(address: str) -> str:
    """The host of a web address."""
    return typography.host_of(address)


@register.filter
def code_label(code: str, code_list: str) -> str:
    """The label of *code* in a closed list of the vocabulary."""
    return label_of(code_list, code, _language())


@register.simple_tag
def in_language(record: Any, field: str) -> SafeString:
    """The paired column of *record* in the page's language; the other one, marked, when it is missing."""
    text, language = paired(record, field, _language())
    if not text or language == _language():
        return format_html("{}", text)
    name = gettext("in English") if language == "en" else gettext("in French")
    mark = '<span lang="{}">{}</span><span class="other-language" title="{}">{}</span>'
    return format_html(mark, language, text, name, language.upper())


@register.simple_tag
def plain(record: Any, field: str) -> str:
    """The paired column of *record*, without mark-up: for titles and attributes."""
    return paired(record, field, _language())[0]


@register.simple_tag(takes_context=True)
def alternates(context: Mapping[str, Any], with_query: bool = False) -> Mapping[str, str]:
    """The address of this page in each language that has it; the home pages when it is an error page."""
    request = context.get("request")
    page = context.get("page")
    if request is None:
        return {}
    if context.get("is_error"):
        return {"fr": "/fr/", "en": "/en/"}
    path = request.get_full_path() if with_query else request.path
    return alternates_of(path, page if isinstance(page, Page) else None)


@register.simple_tag(takes_context=True)
def nav_items(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The main navigation: label, address, and whether this page is it or under it."""
    labels = {
        "directory": gettext("Directory"),
        "sectors": gettext("Sectors"),
        "clusters": gettext("Clusters"),
        "map": gettext("Map"),
        "figures": gettext("Key figures"),
        "equipment": gettext("Equipment"),
        "sources": gettext("Sources"),
    }
    request = context.get("request")
    here = request.path if request else ""
    items = []
    for name, label in labels.items():
        url = reverse(name)
        current = "page" if here == url else "true"
        items.append({"label": label, "url": url, "is_current": here.startswith(url), "current": current})
    return items


@register.simple_tag
def latest_news(most: int = 3) -> list[Any]:
    """The latest news in the page's language."""
    return list(queries.latest_news(_language(), most))


@register.inclusion_tag("hub/parts/static_map.html")
def dots_map(places: Any, title: str, kind: str = "", code: str = "") -> dict[str, Any]:
    """The static map of *places* by region; a dot leads to the directory, within one sector or cluster."""
    dots = static_map.place_dots(places, gettext("{} and around"))
    within = {kind: code} if kind else {}
    shown = [
        {"dot": dot, "url": directory_url(**within, region=dot.codes) if any(dot.codes) else ""}
        for dot in dots
    ]
    return {"dots": shown, "title": title, "view": " ".join(f"{edge:g}" for edge in static_map.VIEW)}


@register.filter
def highlight(text: str, folded_words: Any) -> SafeString:
    """*text* with the words that were looked for marked, whatever their accents."""
    return mark_safe(mark_words(text, tuple(folded_words or ())))  # noqa: S308 - mark_words escapes


@register.simple_tag
def found_name(organisation: Any, words: Any = ()) -> SafeString:
    """The name of a result with what was looked for marked; another language's is marked as such."""
    text, language = paired(organisation, "name", _language())
    marked = highlight(text, words)
    shown = marked if language == _language() else format_html('<span lang="{}">{}</span>', language, marked)
    other = OTHER[language]
    other_text = getattr(organisation, f"name_{other}")
    if not words or "<mark>" in marked or not other_text:
        return shown
    also = highlight(other_text, words)
    return format_html('{} <small lang="{}">{}</small>', shown, other, also) if "<mark>" in also else shown


@register.simple_tag
def summary_of(organisation: Any, words: Any = ()) -> SafeString:
    """The description of a result in the page's language, words marked; none in English before French."""
    if not organisation.description_fr:
        return SafeString("")
    return highlight(paired(organisation, "description", _language())[0], words)


@register.simple_tag
def labels_in(records: Mapping[str, Any], codes: Any) -> str:
    """The labels of *codes*, comma-separated."""
    return ", ".join(paired(records[code], "name", _language())[0] for code in codes if code in records)


@register.filter
def plain_name(record: Any) -> str:
    """The paired name of *record*, for a title."""
    return paired(record, "name", _language())[0]


@register.filter
def measures_url(made: Any) -> str:
    """The page of what a sector or cluster measured."""
    return urls_of.measures_url(made)


@register.filter
def region_name(code: str) -> str:
    """The name of an administrative region of Québec; "" outside."""
    return REGIONS.get(code, "")


@register.filter
def one_place(organisation: Any) -> list[static_map.Place]:
    """The single dot of an organisation's own map; none when its place is unknown or outside the drawing."""
    if organisation.latitude is None:
        return []
    name = organisation.municipality or organisation.region
    place = static_map.Place(organisation.latitude, organisation.longitude, 1, name)
    return [place] if static_map.place_dots([place]) else []


@register.simple_tag
def precision_note(precision: str) -> str:
    """How precisely an organisation is placed, in words."""
    return {
        "point": gettext("Placed by its coordinates."),
        "postal_area": gettext("Placed at the centre of its postal area."),
        "municipality": gettext("Placed at the centre of its municipality."),
        "region": gettext("Placed at the centre of its region."),
        "province": gettext("Only its province is known."),
    }.get(precision, "")


@register.simple_tag(takes_context=True)
def mend_url(context: Mapping[str, Any], organisation: Any, text: str = "") -> str:
    """Where a correction is sent: a prepared message, or the page that says how to write."""
    if not settings.CONTACT_EMAIL:
        page = context["text_links"].get("about")
        return str(page.url) if page else "/"
    subject = gettext("Correction: %s") % f"{organisation} ({organisation.pk})"
    body = gettext("Value shown: %s") % text
    return f"mailto:{settings.CONTACT_EMAIL}?subject={quote(subject)}&body={quote(body)}"


@register.simple_tag
def map_base() -> str:
    """The folder of the base map's files: their names are not hashed, so that scripts can find them."""
    return f"{settings.STATIC_URL}grappe/map/"


@register.simple_tag
def map_words() -> str:
    """The words of the map's own controls, as JSON."""
    return json.dumps(
        {
            "NavigationControl.ZoomIn": gettext("Zoom in"),
            "NavigationControl.ZoomOut": gettext("Zoom out"),
            "Map.Title": gettext("Map"),
            "Popup.Close": gettext("Close"),
            "CooperativeGesturesHandler.WindowsHelpText": gettext("Hold Ctrl and scroll to zoom the map"),
            "CooperativeGesturesHandler.MacHelpText": gettext("Hold ⌘ and scroll to zoom the map"),
            "CooperativeGesturesHandler.MobileHelpText": gettext("Use two fingers to move the map"),
        }
    )


@register.simple_tag(takes_context=True)
def home_facts(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the home page counts: see ``front.front_facts``."""
    return front_facts(context["request"].user, _language())


@register.simple_tag(takes_context=True)
def site_json_ld(context: Mapping[str, Any]) -> SafeString:
    """The home page's JSON-LD."""
    return linked_data.site_json_ld(str(context["site_name"]), _language(), settings.BASE_URL)
