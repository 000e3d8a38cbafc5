"""The page form of the whole site: an editor never has to write an address."""

from wagtail.admin.forms import WagtailAdminPageForm

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
