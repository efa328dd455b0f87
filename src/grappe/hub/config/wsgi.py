"""The WSGI entry point: ``grappe.hub.config.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grappe.hub.config.settings")
application = get_wsgi_application()
