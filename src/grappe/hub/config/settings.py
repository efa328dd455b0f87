"""Django's settings, all read from the environment (see ``environment.SETTINGS``)."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from grappe.hub.config import environment, logs, security, static_files
from grappe.hub.config.secret import kept_secret

HUB = Path(__file__).resolve().parent.parent
GRAPPE_HOME = Path(environment.value("GRAPPE_HOME")).resolve()

DEBUG = environment.is_on(environment.value("GRAPPE_DEBUG"))
SECRET_KEY = environment.value("GRAPPE_SECRET_KEY") or kept_secret(GRAPPE_HOME / "secret-key")
BASE_URL = environment.value("GRAPPE_BASE_URL").rstrip("/")
ALLOWED_HOSTS = environment.words_of(environment.value("GRAPPE_ALLOWED_HOSTS"))

INSTALLED_APPS = [
    "grappe.hub.apps.HubConfig",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.contrib.simple_translation",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "grappe.hub.operations.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "grappe.hub.config.security.PolicyMiddleware",
    "grappe.hub.config.machines.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "grappe.hub.config.machines.LanguageMiddleware",
    "grappe.hub.config.machines.ProblemMiddleware",
    "grappe.hub.operations.maintenance.MaintenanceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "grappe.hub.config.security.AnonymousCacheMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "grappe.hub.people.two_factors.TwoFactorMiddleware",
]

ROOT_URLCONF = "grappe.hub.config.urls"
WSGI_APPLICATION = "grappe.hub.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HUB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {
                "grappe": "grappe.hub.public.tags",
                "figures": "grappe.hub.observatory.tags",
                "equipment": "grappe.hub.equipment.tags",
            },
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "grappe.hub.public.frame.page_frame",
            ],
        },
    },
]

DATABASES = {"default": environment.database_from(environment.value("DATABASE_URL"), GRAPPE_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# On disk, so that several workers count the same log-in attempts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": GRAPPE_HOME / "cache",
    }
}

# Tasks wait in the database: `grappe work` runs them, and `grappe serve` keeps one such worker a queue.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "long"]}}

# ── People ────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "hub.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "grappe.hub.people.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
MFA_TOTP_ISSUER = "Grappe"
# Accounts are opened from a link sent to their address, or by administrators: the address is known.
MFA_ALLOW_UNVERIFIED_EMAIL = True
TWO_FACTOR_ROLES = frozenset(environment.words_of(environment.value("GRAPPE_TWO_FACTOR_ROLES")))
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Grappe] "
# Beside allauth's own limits of log-ins, password resets and the like.
ACCOUNT_RATE_LIMITS = {"claim": "10/h/ip,3/d/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.value("GRAPPE_TRUSTED_PROXIES"))

# ── Languages ─────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = environment.value("GRAPPE_LANGUAGE")
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [HUB / "locale"]
TIME_ZONE = environment.value("GRAPPE_TIME_ZONE")
USE_TZ = True
WAGTAIL_I18N_ENABLED = True

# ── Files ─────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = GRAPPE_HOME / "static"
STATICFILES_DIRS = [HUB / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = GRAPPE_HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "grappe.hub.config.static_files.VersionedStaticFilesStorage"
    },
}
WHITENOISE_IMMUTABLE_FILE_TEST = static_files.is_immutable
WHITENOISE_USE_FINDERS = DEBUG

# ── Safety ────────────────────────────────────────────────────────────────────────────────────────
_HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False  # the proxy's work: a second redirect here would loop
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": security.PUBLIC}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# ── Lists brought at the desk ─────────────────────────────────────────────────────────────────────
IMPORT_ROWS = int(environment.value("GRAPPE_IMPORT_ROWS"))
IMPORT_BYTES = int(environment.value("GRAPPE_IMPORT_MEGABYTES")) * 1024 * 1024
IMPORT_FETCH = environment.is_on(environment.value("GRAPPE_IMPORT_FETCH"))

# ── The API ───────────────────────────────────────────────────────────────────────────────────────
API_VISITOR_RATE = int(environment.value("GRAPPE_API_VISITOR_RATE"))
API_TOKEN_RATE = int(environment.value("GRAPPE_API_TOKEN_RATE"))
WEBHOOKS_ANYWHERE = environment.is_on(environment.value("GRAPPE_WEBHOOKS_ANYWHERE"))

# ── The desk (Wagtail) ────────────────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = "Grappe"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", _("French")), ("en", _("English"))]
# Three calls to the outside that Wagtail makes unless told not to.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "txt", "xlsx", "zip"]
# Editorial pages only: the registry is searched through its own index.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# ── The deployment's own words ────────────────────────────────────────────────────────────────────
CONTACT_EMAIL = environment.value("GRAPPE_CONTACT_EMAIL")
PRIVACY_OFFICER = environment.value("GRAPPE_PRIVACY_OFFICER")
PRIVACY_EMAIL = environment.value("GRAPPE_PRIVACY_EMAIL")

DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.value("GRAPPE_MAIL_FROM")
globals().update(environment.mail_from(environment.value("GRAPPE_SMTP_URL")))

LOGGING = logs.logging_for(environment.value("GRAPPE_LOG_LEVEL"), environment.value("GRAPPE_LOG_FORMAT"))
METRICS_TOKEN = environment.value("GRAPPE_METRICS_TOKEN")
