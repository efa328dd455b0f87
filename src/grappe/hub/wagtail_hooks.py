"""What the hub adds to Wagtail's shell; each slice's part is in its ``desk.py``."""

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks

from grappe.hub.api import desk as api_desk
from grappe.hub.operations import desk as operations_desk
from grappe.hub.public import desk
from grappe.hub.registry import desk as registry_desk
from grappe.hub.webhooks import desk as webhooks_desk


def desk_css() -> SafeString:
    """Our accent and fonts, and the registry's pages."""
    sheets = ("grappe/css/desk.css", "grappe/css/desk-registry.css", "grappe/css/desk-imports.css")
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(each),) for each in sheets))


def desk_js() -> SafeString:
    """The keyboard of the desk's tables."""
    return format_html('<script type="module" src="{}"></script>', static("grappe/js/desk.js"))


hooks.register("before_publish_page", desk.refuse_english_first)
hooks.register("insert_global_admin_css", desk_css)
hooks.register("insert_global_admin_js", desk_js)
hooks.register("register_admin_urls", registry_desk.urls)
for _item in registry_desk.menu_items():
    hooks.register("register_admin_menu_item", lambda item=_item: item)
hooks.register("register_admin_urls", api_desk.urls)
hooks.register("register_admin_menu_item", api_desk.tokens_item)
hooks.register("register_admin_urls", webhooks_desk.urls)
hooks.register("register_admin_menu_item", webhooks_desk.webhooks_item)
hooks.register("register_admin_urls", operations_desk.urls)
hooks.register("register_admin_menu_item", operations_desk.journal_item)
