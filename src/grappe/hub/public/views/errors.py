"""What is shown when a page can't be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: An error page has no translation: its language links lead to the home pages.
_FRAME = {"is_error": True}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that can't be understood."""
    return render(request, "hub/errors/400.html", _FRAME, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of something that this account may not see."""
    return render(request, "hub/errors/403.html", _FRAME, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of an address that nothing answers."""
    return render(request, "hub/errors/404.html", _FRAME, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of our own failure: it reads neither the database nor the session."""
    return render(None, "hub/errors/500.html", status=500)
