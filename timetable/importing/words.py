"""Subjects and audiences by the words that a table uses for them."""

from django.utils.translation import gettext as _

from core.importing.pages import blocks_from_text, picked
from core.importing.registry import RowError
from core.importing.values import names
from timetable.models import Audience, Subject


class Words:
    """Subjects and audiences by name or code; read once a run."""

    def __init__(self):
        self._subjects = {word: subject for subject in Subject.objects.all() for word in (subject.name, subject.code)}
        self._audiences = {
            word: audience
            for audience in Audience.objects.all()
            for word in (audience.official_name, audience.code, audience.name)
            if word
        }

    def subject(self, word):
        """Return the Subject, or None for an empty cell. Raises RowError."""
        if not word:
            return None
        if subject := self._subjects.get(word):
            return subject
        known = "、".join(dict.fromkeys(subject.name for subject in self._subjects.values()))
        raise RowError(_("没有“%(word)s”这个类别。现有：%(known)s。") % {"word": word[:20], "known": known}, "subject")

    def audiences(self, text):
        """Return the Audiences named in ``text``, parted by 、. Raises RowError."""
        found = []
        for word in names(text or ""):
            if word not in self._audiences:
                known = "、".join(dict.fromkeys(audience.name for audience in self._audiences.values()))
                raise RowError(
                    _("没有“%(word)s”这个人群。现有：%(known)s。") % {"word": word[:20], "known": known}, "audience"
                )
            found.append(self._audiences[word])
        return list(dict.fromkeys(found))

    def page_values(self, row, plain):
        """Return (fields, relations) that every course and event row gives its page; ``plain`` are taken as they are."""
        values = picked(row, plain)
        if "subject" in row:
            values["subject"] = self.subject(row["subject"])
        if "body" in row:
            values["body"] = blocks_from_text(row["body"])
        return values, {"audiences": self.audiences(row["audience"])} if "audience" in row else {}
