"""Who reads what residents told us: the desk of the page it is about. Somebody's words are somebody's data.

So a superuser's flag alone opens none of it (accounts/permissions.py), and what becomes public needs the right to publish.
"""

from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.permissions import may_see_people
from core.scoping import PageScopedPolicy, below, granted_paths
from feedback.models import PublicAnswer, Question, SurveyAnswer


class ResidentsWordsPolicy(PageScopedPolicy):
    """As for every row that follows a page, for those who may see people's data."""

    def user_has_permission(self, user, action):
        return may_see_people(user, [self._get_permission_name(action)])

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class PublicAnswerPolicy(PageScopedPolicy):
    """Changed by whoever may publish the page it stands on."""

    def scope(self, user, action):
        scope = super().scope(user, action)
        return scope if action == "view" else scope & below(self.page, granted_paths(user, {"publish"}))


question_policy = ResidentsWordsPolicy(Question, page="centre")
survey_policy = ResidentsWordsPolicy(SurveyAnswer, page="class_run__learning")
public_answer_policy = PublicAnswerPolicy(PublicAnswer, page="page")


def may_publish(user, question):
    """Whether ``user`` may put a rewritten answer on the page that ``question`` is about."""
    publishes = Page.objects.filter(below("", granted_paths(user, {"publish"})), pk=question.page_id)
    return public_answer_policy.user_has_permission(user, "add") and publishes.exists()


def refusal_to_delete(page):
    """Return the sentence that refuses to delete ``page`` and its branch because its desk has residents' questions, or ""."""
    asked = Question.objects.filter(below("centre", [page.path])).count()
    if not asked:
        return ""
    return _("“%(page)s”有居民的 %(asked)d 个提问，不能删除。请改为“取消发布”。") % {"page": page.title, "asked": asked}
