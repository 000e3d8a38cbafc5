"""A resident's own pages, below /me/: family, consents, data, notices. /me/ itself is of the floor that knows places."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/claim/", views.claim_person, name="claim_person"),
    path("people/<int:number>/", views.edit_person, name="edit_person"),
    path("people/<int:number>/leave/", views.leave_person, name="leave_person"),
    path("people/<int:number>/erase/", views.erase_person, name="erase_person"),
    path("consents/", views.consents, name="consents"),
    path("data/", views.data, name="data"),
    path("data/export.json", views.export, name="export"),
    path("data/erase/", views.erase_account, name="erase_account"),
    path("notices/", views.notices, name="notices"),
]
