"""The editorial pages: one tree a language, linked page by page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from grappe.hub.public.blocks import BodyBlock


class HomePage(Page):
    """The first page of a language: what the sector is, in two minutes."""

    headline = models.CharField(_("headline"), max_length=120, help_text=_("One line."))
    lead = models.TextField(_("lead"), max_length=400, help_text=_("Two sentences at most."))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("lead"), FieldPanel("body")]
    template = "hub/home.html"
    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        verbose_name = _("home page")


class TextCode(models.TextChoices):
    """The texts that the site itself links to."""

    ABOUT = "about", _("About")
    PRIVACY = "privacy", _("Privacy")
    ACCESSIBILITY = "accessibility", _("Accessibility")


class TextPage(Page):
    """A page of text. *code* marks those that the footer links to."""

    code = models.CharField(_("role in the site"), max_length=20, blank=True, choices=TextCode.choices)
    lead = models.TextField(_("lead"), max_length=400, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("code"), FieldPanel("lead"), FieldPanel("body")]
    template = "hub/text.html"

    class Meta:
        verbose_name = _("text page")


class NewsIndexPage(Page):
    """The list of news, latest first."""

    template = "hub/news_index.html"
    subpage_types = ["hub.NewsPage"]
    parent_page_types = ["hub.HomePage"]

    class Meta:
        verbose_name = _("news index")


class NewsPage(Page):
    """One piece of news, dated by the day it happened."""

    date = models.DateField(_("date"))
    summary = models.TextField(_("summary"), max_length=400)
    source_label = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("summary"),
        FieldPanel("source_label"),
        FieldPanel("source_url"),
        FieldPanel("body"),
    ]
    template = "hub/news.html"
    parent_page_types = ["hub.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news")


class SectorTextIndexPage(Page):
    """The folder of sector texts; visitors are sent to the list of sectors."""

    template = "hub/text.html"
    parent_page_types = ["hub.HomePage"]
    subpage_types = ["hub.SectorTextPage"]

    class Meta:
        verbose_name = _("folder of sector texts")


class SectorTextPage(Page):
    """The editorial text of one sector: what it makes and where its opportunities lie.

    Shown on the sector's own page, above the registry's facts.
    """

    sector = models.CharField(_("sector code"), max_length=60, db_index=True)
    lead = models.TextField(_("lead"), max_length=400, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("sector"), FieldPanel("lead"), FieldPanel("body")]
    template = "hub/text.html"
    parent_page_types = ["hub.SectorTextIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("sector text")
