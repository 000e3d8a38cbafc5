"""Pages of the desk's long lists: the cost is that of one page, not of what lies before it or of how many there are.

Keys are asked for first, then the rows with what is joined to them. A database that is asked for both at once joins all
that it then skips: the last page of 100,000 rows took more than twice as long (benchmarks/desk.py).
"""

from django.core.paginator import Page, PageNotAnInteger
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator


class KeysFirstPaginator(WagtailPaginator):
    """A paginator of a queryset whose rows carry much from other tables."""

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self.object_list.values_list("pk", flat=True)[start : min(start + self.per_page, self.count)]
        return self._get_page(self.object_list.filter(pk__in=list(keys)), number, self)


class UncountedPaginator(WagtailPaginator):
    """Pages of a queryset of which nobody needs the total: it is never counted. For core/admin/previous_next.html."""

    #: No list is turned further, page by page.
    LAST = 10_000

    def validate_number(self, number):
        try:
            number = int(number)
        except (TypeError, ValueError) as error:
            raise PageNotAnInteger(_("页码不是数字。")) from error
        return number if 1 <= number <= self.LAST else 1

    def page(self, number):
        """Return the page ``number``; the first one where ``number`` is past the end."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = list(self.object_list.values_list("pk", flat=True)[start : start + self.per_page + 1])
        if not keys and number > 1:
            return self.page(1)
        rows = self.object_list.filter(pk__in=keys[: self.per_page])
        return UncountedPage(rows, number, self, has_next=len(keys) > self.per_page)


class UncountedPage(Page):
    def __init__(self, object_list, number, paginator, has_next):
        super().__init__(object_list, number, paginator)
        self._has_next = has_next

    def has_next(self):
        return self._has_next
