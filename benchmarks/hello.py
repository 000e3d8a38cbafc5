"""The least that Django can answer: no middleware, one view. What benchmarks/served.py measures our pages against."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="hello",  # noqa: S106  signs nothing
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    LOGGING_CONFIG=None,
)
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
application = get_wsgi_application()
