"""Addresses of what residents tell us: the survey, a question, one's own questions."""

from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("me/survey/<slug:receipt>/", views.survey, name="survey"),
    path("me/questions/", views.my_questions, name="my_questions"),
    path("ask/<int:pk>/", views.ask, name="ask"),
]
