"""The public pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: all but the desk, the accounts and endless searches."""
    lines = ["User-agent: *", "Disallow: /desk/", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def look(request: HttpRequest) -> HttpResponse:
    """Every pattern of the design system on one page."""
    return render(request, "hub/look.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that can't be understood."""
    return render(request, "hub/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of something that this account may not see."""
    return render(request, "hub/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of an address that nothing answers."""
    return render(request, "hub/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of our own failure: it reads neither the database nor the session."""
    return render(None, "hub/errors/500.html", status=500)
