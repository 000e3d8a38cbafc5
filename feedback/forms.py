"""What residents and editors write here. Numbers that lead to a person are refused with a sentence; nothing typed is lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import ANSWER_LENGTH, COMMENT_LENGTH, HIGHEST, LOWEST, QUESTION_LENGTH, PublicAnswer
from feedback.words import has_private_number

_TOO_LONG = _("写得有点长，最多 %(limit_value)d 个字（现在 %(show_value)d 个），请留下最要紧的。")
SCORES = range(HIGHEST, LOWEST - 1, -1)


class WordsField(forms.CharField):
    """Some lines of text without a telephone's or an identity card's number. ``reason``: why none is needed."""

    widget = forms.Textarea

    def __init__(self, *, reason, empty="", rows=4, **kwargs):
        self.reason = reason
        messages = {"max_length": _TOO_LONG, "required": empty}
        super().__init__(error_messages=messages, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value):
        # Counted as people count: the browser sends a new line as two characters.
        text = super().clean((value or "").replace("\r\n", "\n"))
        if has_private_number(text):
            raise forms.ValidationError(self.reason)
        return text


def _score(label, low, high):
    words = {HIGHEST: f"{HIGHEST} 分，{high}", LOWEST: f"{LOWEST} 分，{low}"}
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(score, words.get(score, f"{score} 分")) for score in SCORES],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个分数。"), "invalid_choice": _("请从 1 到 5 分里选一个。")},
    )


class SurveyForm(forms.Form):
    """Three questions. Minors who answer for themselves are asked for scores only."""

    use_required_attribute = False
    satisfaction = _score(_("这个班，您满意吗？"), "很不满意", "很满意")
    usefulness = _score(_("学到的，用得上吗？"), "用不上", "很用得上")
    comment = WordsField(
        label=_("还想说什么？可以不写"),
        required=False,
        max_length=COMMENT_LENGTH,
        reason=_("问卷不记名，请去掉手机号和证件号。"),
    )

    def __init__(self, *args, words=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not words:
            del self.fields["comment"]


class QuestionForm(forms.Form):
    use_required_attribute = False
    text = WordsField(
        label=_("想问什么？"),
        max_length=QUESTION_LENGTH,
        empty=_("请写出想问的事，一两句话就行。"),
        reason=_("请去掉手机号和证件号：答复放在“我的通知”里，不用留联系方式。"),
    )


class AnswerForm(forms.Form):
    use_required_attribute = False
    answer = WordsField(
        label=_("答复"),
        rows=6,
        max_length=ANSWER_LENGTH,
        empty=_("请写答复。一时答不全，也请先写什么时候能答、找谁。"),
        reason=_("答复里不写个人的手机号和证件号；联系方式请写办公电话（带区号）。"),
        help_text=_("保存后马上放进提问人的“我的通知”，写您能负责的话。"),
    )


class PublicAnswerForm(forms.ModelForm):
    """A question and its answer rewritten for everybody."""

    question = WordsField(
        label=_("问题（改写后）"),
        rows=2,
        max_length=200,
        empty=_("请写改写后的问题。"),
        reason=_("公开的内容里不能有手机号和证件号。"),
        help_text=_("用自己的话重写，去掉姓名、住址和能认出提问人的经过。"),
    )
    answer = WordsField(
        label=_("答复（改写后）"),
        rows=6,
        max_length=ANSWER_LENGTH,
        empty=_("请写改写后的答复。"),
        reason=_("公开的内容里不能有手机号和证件号；联系方式请写办公电话（带区号）。"),
        help_text=_("保存后马上出现在提问的那一页，所有人都能看到。"),
    )

    class Meta:
        model = PublicAnswer
        fields = ["question", "answer"]
