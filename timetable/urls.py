"""Calendar feeds at /calendar/."""

urlpatterns = []
