"""What is logged and how: lines for people, or JSON objects for machines, with the request's id."""

import logging
from contextvars import ContextVar
from typing import Any

#: The id of the request that is being answered, "" outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdFilter(logging.Filter):
    """Adds the id of the request to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true."""
        record.request_id = REQUEST_ID.get()
        return True


def logging_for(level: str, form: str) -> dict[str, Any]:
    """Django's ``LOGGING`` for *level* and *form*. Raises ValueError unless it is ``line`` or ``json``."""
    if form not in ("line", "json"):
        raise ValueError(f"GRAPPE_LOG_FORMAT: line or json expected, found {form!r}")
    formatters = {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": formatters,
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id"],
                "level": level,
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # One line a request is for machines: people have their proxy's.
            "grappe.requests": {"level": level if form == "json" else "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "wagtail": {"level": "WARNING"},
        },
    }
