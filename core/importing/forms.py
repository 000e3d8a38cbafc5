"""The upload form: one or more tables."""

from pathlib import Path

from django import forms
from django.utils.translation import gettext_lazy as _

from core.importing.tables import MAX_BYTES, SUFFIXES

MOST_FILES = 20


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class TablesField(forms.FileField):
    """Several files; cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        files = [super(TablesField, self).clean(file, initial) for file in files or [None]]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("一次最多 %(most)d 个文件。") % {"most": MOST_FILES})
        names = [Path(file.name).name for file in files]
        if len(set(names)) != len(names):
            raise forms.ValidationError(_("有同名的文件，请改名后再传。"))
        for file in files:
            if Path(file.name).suffix.lower() not in SUFFIXES:
                raise forms.ValidationError(_("“%(name)s”不是 .csv 或 .xlsx 文件。") % {"name": file.name[:60]})
            if file.size > MAX_BYTES:
                raise forms.ValidationError(_("“%(name)s”超过 20 MB，请分成几个文件。") % {"name": file.name[:60]})
        return files


class UploadForm(forms.Form):
    """``importers``: the classes of the tables that this user may bring."""

    kind = forms.ChoiceField(label=_("是什么表"), required=False)
    tables = TablesField(
        label=_("表格文件"),
        allow_empty_file=True,  # the report says in words that it is empty
        help_text=_("可以一次选几个，.csv 或 .xlsx，每个不超过 20 MB。上传以后先看预览，确认以前什么都不会改。"),
        widget=ManyFilesInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("请选择要导入的表格。")},
    )

    def __init__(self, *args, importers, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [(importer.stem, importer.title) for importer in importers]
        self.fields["kind"].choices = kinds if len(kinds) == 1 else [("", _("看文件名")), *kinds]
