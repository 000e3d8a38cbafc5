"""/admin/roster/…: the addresses of the screens of a class."""

from django.urls import path

from enrolments.roster.export import ExportView
from enrolments.roster.index import IndexView
from enrolments.roster.marking import SessionView
from enrolments.roster.message import MessageView
from enrolments.roster.papers import PapersView, all_certificates_pdf, certificate_pdf
from enrolments.roster.people import NotesView, PhoneView
from enrolments.roster.run import RunView, class_list

app_name = "roster"
urlpatterns = [
    path("", IndexView.as_view(), name="index"),
    path("<int:pk>/", SessionView.as_view(), name="session"),
    path("run/<int:pk>/", RunView.as_view(), name="run"),
    path("run/<int:pk>/list/", class_list, name="list"),
    path("run/<int:pk>/export/", ExportView.as_view(), name="export"),
    path("run/<int:pk>/message/", MessageView.as_view(), name="message"),
    path("run/<int:pk>/papers/", PapersView.as_view(), name="papers"),
    path("run/<int:pk>/certificates.pdf", all_certificates_pdf, name="certificates"),
    path("claim/<int:pk>/phone/", PhoneView.as_view(), name="phone"),
    path("claim/<int:pk>/notes/", NotesView.as_view(), name="notes"),
    path("certificate/<slug:number>.pdf", certificate_pdf, name="certificate"),
]
