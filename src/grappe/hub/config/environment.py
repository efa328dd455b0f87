"""What a deployment may set, and how it is read: ``GRAPPE_X``, or the file named by ``GRAPPE_X_FILE``."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("GRAPPE_HOME", "./var", "Folder of all that the hub writes: database, index, media, key."),
    Setting("GRAPPE_SECRET_KEY", "", "Signing key; made once and kept in GRAPPE_HOME when not given."),
    Setting("GRAPPE_DEBUG", "no", "Django's debug pages. Never on a machine that others reach."),
    Setting("GRAPPE_BASE_URL", "http://localhost:8000", "Public address; https makes cookies secure."),
    Setting("GRAPPE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names answered, comma-separated."),
    Setting("GRAPPE_TRUSTED_PROXIES", "0", "Number of reverse proxies whose headers are believed."),
    Setting(
        "DATABASE_URL",
        "",
        "sqlite:///path or postgresql://user:password@host/name.",
    ),
    Setting("GRAPPE_LANGUAGE", "fr", "Default language of the site: fr or en."),
    Setting("GRAPPE_TIME_ZONE", "America/Toronto", "Time zone in which dates are shown."),
    Setting(
        "GRAPPE_TWO_FACTOR_ROLES",
        "administrator,manager",
        "Roles that may not enter the desk without a second factor, comma-separated.",
    ),
    Setting("GRAPPE_LOG_LEVEL", "INFO", "Least severe level that is logged to standard error."),
    Setting("GRAPPE_IMPORT_ROWS", "200000", "Rows that a list brought at the desk may have."),
    Setting("GRAPPE_IMPORT_MEGABYTES", "50", "Size that such a list may have."),
    Setting("GRAPPE_IMPORT_FETCH", "yes", "Whether the server may fetch a list at a public address."),
    Setting("GRAPPE_API_VISITOR_RATE", "120", "Calls of the API a minute, an address and a process."),
    Setting("GRAPPE_API_TOKEN_RATE", "600", "Calls of the API a minute, a token and a process."),
    Setting("GRAPPE_WEBHOOKS_ANYWHERE", "no", "Webhooks may be http, and reach this deployment's network."),
    Setting("GRAPPE_LOG_FORMAT", "line", "line, or json: one object a line, one line a request."),
    Setting("GRAPPE_METRICS_TOKEN", "", "Bearer token of /metrics from elsewhere than this machine."),
    Setting(
        "GRAPPE_SMTP_URL",
        "",
        "smtp(s)://user:password@host:port; mail goes to the log if absent.",
    ),
    Setting("GRAPPE_MAIL_FROM", "grappe@localhost", "Sender of the hub's mail."),
    Setting("GRAPPE_CONTACT_EMAIL", "", "Where corrections and questions are sent."),
    Setting(
        "GRAPPE_PRIVACY_OFFICER",
        "",
        "Name and title of the privacy officer (Law 25).",
    ),
    Setting("GRAPPE_PRIVACY_EMAIL", "", "How to reach that person."),
)
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-32000;"
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def value(name: str, environment: Mapping[str, str] | None = None) -> str:
    """The text of *name*: the variable, else the file that ``NAME_FILE`` names, else the default.

    Raises KeyError for a setting that is not declared in ``SETTINGS``, OSError when the file can't be read.
    """
    declared = _BY_NAME[name]
    variables = os.environ if environment is None else environment
    if name in variables:
        return variables[name].strip()
    if path := variables.get(f"{name}_FILE"):
        return Path(path).read_text("utf-8").strip()
    return declared.default


def is_on(text: str) -> bool:
    """Whether *text* says yes: 1, yes, true or on, in any case."""
    return text.lower() in {"1", "yes", "true", "on"}


def words_of(text: str) -> list[str]:
    """The non-empty items of a comma-separated list."""
    return [word for part in text.split(",") if (word := part.strip())]


def database_from(url: str, home: Path) -> dict[str, object]:
    """Django's ``DATABASES`` entry for *url*; the SQLite file of *home* when it is empty.

    Raises ValueError for a scheme other than sqlite, postgres and postgresql.
    """
    if not url:
        return _sqlite(str(home / "grappe.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: sqlite or postgresql expected, found {parts.scheme!r}")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def mail_from(url: str) -> dict[str, object]:
    """Django's e-mail settings for an smtp or smtps address; mail goes to the console when it is empty."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
    }


def _sqlite(name: str) -> dict[str, object]:
    # IMMEDIATE takes the write lock at BEGIN: a writer waits its turn instead of failing half-way.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": _PRAGMAS,
        },
    }
