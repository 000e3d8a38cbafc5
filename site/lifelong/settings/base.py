"""Settings that hold everywhere. What differs between machines comes from the environment.

Nothing here may name a secret, a host or a database: see dev.py, test.py, production.py.
"""

from pathlib import Path

import environ

PROJECT_DIR = Path(__file__).resolve().parents[1]  # site/lifelong
BASE_DIR = PROJECT_DIR.parents[1]  # the repository
VAR_DIR = BASE_DIR / "var"  # everything the running site writes

env = environ.Env()

INSTALLED_APPS = [
    # ours, top floor first: templates of a higher floor win
    "desk",
    "home",
    "search",
    "feedback",
    "enrolments",
    "courses",
    "events",
    "community",
    "timetable",
    "accounts",
    "teachers",
    "network",
    "core",
    # Wagtail
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.staff_users.StaffUsersConfig",  # wagtail.users with staff only
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    # doors: accounts/services/sign_in.py, accounts/middleware.py
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # Django
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",  # what is kept is compressed already
    "core.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "core.security.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.look.look_middleware",
    "core.site_tree.site_middleware",
    "accounts.middleware.RefusalLog",
    "accounts.middleware.StaffGate",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lifelong.urls"
CSRF_FAILURE_VIEW = "lifelong.views.form_too_old"
WSGI_APPLICATION = "lifelong.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "core.look.look",
            ],
            "builtins": ["core.templatetags.lifelong", "core.templatetags.pieces"],
        },
    },
]

DEVELOPMENT_DATABASE_URL = f"sqlite:///{VAR_DIR / 'lifelong.sqlite3'}"  # production.py has no default
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"  # residents; the desk has its own, wagtailadmin_login
LOGIN_REDIRECT_URL = "/me/"
LOGOUT_REDIRECT_URL = "/"

# The doors (docs/mechanisms/sign-in.md). Residents: phone and code. Staff: password, then a second factor.
SMS_BACKEND = "accounts.sms.not_connected"
STAFF_MFA_REQUIRED = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # time to install an authenticator app on a telephone
ACCOUNT_FORMS = {"reauthenticate": "accounts.staff_forms.PlainPasswordForm"}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "accounts.staff_forms.PlainActivateForm",
    "authenticate": "accounts.staff_forms.PlainAuthenticateForm",
    "reauthenticate": "accounts.staff_forms.PlainReauthenticateForm",
}
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off

# Work after the answer. "default" is Wagtail's own (search and reference index) and stays at once: an editor
# sees what was saved. "background" is ours; production.py gives it a queue and a worker.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "background": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "sms"]},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["lifelong.formats"]
LOCALE_PATHS = [PROJECT_DIR / "locale"]  # what Wagtail's own Chinese catalogue lacks

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [PROJECT_DIR / "static", ("editors", BASE_DIR / "docs" / "editors" / "img")]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a page with many blocks is one large form

# The sample district (README): where `load_district` looks when no folder is named.
DISTRICT_DATA = BASE_DIR / "network" / "data" / "wuxi"

WAGTAIL_SITE_NAME = "终身学习公共资源平台"
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
WAGTAILADMIN_USER_LOGIN_FORM = "accounts.forms.LoginForm"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "core.workflow.publish_approved"
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # Chinese titles get pinyin addresses: core/text.py
WAGTAILIMAGES_IMAGE_MODEL = "core.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.CustomDocument"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "key", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILEMBEDS_FINDERS = []  # no request to another host, from the server either
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.admin_backend", "SEARCH_CONFIG": "simple"}}
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # one district, one clock: nobody is asked
TAGGIT_CASE_INSENSITIVE = True

# Wagtail's outward calls, all off: a district's editors' machines and the server's
# host name are nobody else's business (stack.md §1.1).
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

# Kept pages (docs/mechanisms/page-cache.md). Tables, by how their names begin, that no page for everybody is made of:
# a write to any other lets everything go that is kept. What a booking changes of a class run is told apart.
TABLES_OF_NO_PAGE = (
    "accounts_", "account_", "mfa_", "enrolments_", "auth_", "django_", "wagtailadmin_", "wagtailusers_", "wagtailsearch_",
    "wagtailcore_revision", "wagtailcore_modellogentry", "wagtailcore_pagelogentry", "wagtailcore_comment",
    "wagtailcore_pagesubscription", "wagtailcore_workflow", "wagtailcore_task", "wagtailcore_group", "wagtailcore_apitoken",
    "wagtailcore_referenceindex", "wagtailcore_uploadedfile", "wagtailimages_rendition", "core_customrendition",
    "search_searchedwords", "search_clickedresult", "search_learningwish", "core_import", "feedback_question",
    "feedback_survey",
)  # fmt: skip
PLACES = {"timetable_classrun": {"places_left", "waiting", "updated_at"}}
# Parts of an address that a kept page may have; words that somebody typed (q) are not among them.
KEPT_PARAMETERS = {
    "near", "subject", "street", "weekday", "time", "audience", "delivery", "free", "places", "sort", "page", "month",
}  # fmt: skip

SILENCED_SYSTEM_CHECKS = []

# Chinese fonts for certificates (enrolments/pdf.py): the first that has every character of the name is used.
# path, or path#number of the font in a collection (Noto CJK: 2 is simplified Chinese).
PDF_FONTS = [
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc#2",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc#2",
    "/usr/share/fonts/google-noto-serif-cjk-ttc/NotoSerifCJK-Regular.ttc#2",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
]
