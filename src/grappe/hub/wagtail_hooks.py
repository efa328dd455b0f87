"""What the hub adds to Wagtail's shell; each slice's part is in its ``desk.py``."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from grappe.hub.public import desk


def desk_css() -> SafeString:
    """Our accent and fonts."""
    return format_html('<link rel="stylesheet" href="{}">', static("grappe/css/desk.css"))


hooks.register("before_publish_page", desk.refuse_english_first)
hooks.register("insert_global_admin_css", desk_css)
