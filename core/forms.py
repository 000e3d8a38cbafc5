"""The page form of the whole site: an editor never has to write an address, and nothing unlawful is published."""

from wagtail.admin.forms import WagtailAdminPageForm

from core.publish_checks import is_going_public, publish_checks
from core.text import sibling_slug


class BasePageForm(WagtailAdminPageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self):
        if not self.cleaned_data.get("slug") and self.cleaned_data.get("title") and "slug" not in self.errors:
            parent = self.parent_page or self.instance.get_parent()
            self.cleaned_data["slug"] = sibling_slug(self.cleaned_data["title"], parent, self.instance)
        return super().clean()

    def _post_clean(self):
        """Look at the page as the form has put it together: errors stop publishing and submitting, not saving."""
        super()._post_clean()
        if not is_going_public(self.data) or self.errors:
            return
        for finding in publish_checks(self.instance):
            if finding.is_error:
                self.add_error(finding.field if finding.field in self.fields else None, finding.sentence)
