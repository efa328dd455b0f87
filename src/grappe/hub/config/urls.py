"""All routes: the desk, and the public site under ``/fr/`` and ``/en/``."""

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from allauth.usersessions import urls as usersessions_urls
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from django.utils.translation import pgettext_lazy
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from grappe.hub.api import urls as api_urls
from grappe.hub.equipment import urls as equipment_urls
from grappe.hub.operations import urls as operations_urls
from grappe.hub.people import urls as people_urls
from grappe.hub.public import urls as public_urls
from grappe.hub.registry import urls as registry_urls

urlpatterns = [
    path("desk/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/", include(api_urls)),
    *operations_urls.urlpatterns,
    *public_urls.site_wide,
    *equipment_urls.site_wide,
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    *i18n_patterns(
        *people_urls.per_language,
        path(pgettext_lazy("url", "account/two-factors/"), include(mfa_urls)),
        path(pgettext_lazy("url", "account/sessions/"), include(usersessions_urls)),
        path(pgettext_lazy("url", "account/"), include(account_urls)),
        *registry_urls.per_language,
        *equipment_urls.per_language,
        *public_urls.per_language,
        path("", include(wagtail_urls)),
    ),
]
handler400 = "grappe.hub.public.views.errors.bad_request"
handler403 = "grappe.hub.public.views.errors.forbidden"
handler404 = "grappe.hub.public.views.errors.not_found"
handler500 = "grappe.hub.public.views.errors.server_error"
