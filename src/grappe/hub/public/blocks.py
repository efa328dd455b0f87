"""The few blocks an editorial page is made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

_INLINE = ["bold", "italic", "link", "document-link"]


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, with who said them and when."""

    text = blocks.TextBlock(label=_("Words"))
    source = blocks.CharBlock(label=_("Who said it, when"), max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "hub/blocks/quote.html"


class PictureBlock(blocks.StructBlock):
    """An image with its caption and credit."""

    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "hub/blocks/picture.html"


class BodyBlock(blocks.StreamBlock):
    """Heading, paragraphs, quotation, image: nothing that only decorates."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", max_length=120, template="hub/blocks/heading.html"
    )
    text = blocks.RichTextBlock(label=_("Text"), features=[*_INLINE, "h3", "ol", "ul"])
    quote = QuoteBlock()
    picture = PictureBlock()
