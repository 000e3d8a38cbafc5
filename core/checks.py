"""Rules of the house that a page type must keep, as Django system checks: a breach does not start.

core.E001 parent_page_types · core.E002 subpage_types · core.E003 page_description ·
core.E004 search_fields, each declared in the page class itself.
"""

from django.core import checks
from wagtail.models import get_page_models

from core.models import BasePage

REQUIRED = {
    "parent_page_types": ("core.E001", "写明它可以放在哪些页面下面（文档：architecture.md 的页面树）。"),
    "subpage_types": ("core.E002", "写明它下面可以放哪些页面；没有就写 []。"),
    "page_description": ("core.E003", "用一句话告诉编辑这种页面做什么用，它会出现在“新建页面”里。"),
    "search_fields": ("core.E004", "从父类的 search_fields 开始，加上本类型的字段；没有就照抄父类。"),
}


def missing_declarations(model):
    """Yield a checks.Error for each declaration that page class ``model`` forgot."""
    for attribute, (check_id, hint) in REQUIRED.items():
        if attribute not in vars(model):
            yield checks.Error(f"页面类型 {model.__name__} 没有写 {attribute}。", hint=hint, obj=model, id=check_id)


@checks.register("pages")
def check_page_types(app_configs, **kwargs):
    """Check every page type of this project (Wagtail's own root Page is not ours)."""
    return [
        error for model in get_page_models() if issubclass(model, BasePage) for error in missing_declarations(model)
    ]
