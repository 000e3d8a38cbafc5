"""StreamField blocks for the words of a page. Facts (dates, places, fees) are tables, never blocks."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

RICH_TEXT = ["bold", "link", "document-link", "ol", "ul", "h3"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("小标题")
        template = "core/blocks/heading.html"
        preview_value = "这门课学什么"
        description = _("把长文分成几段，读者能跳着看。")


class ParagraphBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs):
        super().__init__(features=RICH_TEXT, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("正文")
        template = "core/blocks/paragraph.html"
        preview_value = "<p>每次课先复习，再学新内容，最后大家一起练。</p>"
        description = _("普通文字，可以加粗、加链接、列清单。")


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图片说明"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("图片")
        template = "core/blocks/picture.html"
        description = _("一张图片和一句说明。")


class QuoteBlock(blocks.StructBlock):
    words = blocks.TextBlock(label=_("原话"), max_length=300)
    who = blocks.CharBlock(label=_("谁说的"), required=False, max_length=60, help_text=_("须征得本人同意。"))

    class Meta:
        icon = "openquote"
        label = _("引语")
        template = "core/blocks/quote.html"
        preview_value = {"words": "这里写一句真实的话。", "who": "示例"}
        description = _("学员或老师的一句话。")


class StepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs):
        super().__init__(blocks.CharBlock(label=_("一步"), max_length=200), **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("步骤")
        template = "core/blocks/steps.html"
        preview_value = ["带好身份证", "到街道社区教育中心窗口", "选班登记"]
        description = _("先做什么、再做什么，用大号数字排列。")


#: Screens of this site that components/screen.html draws, by the word an editor picks them with.
SCREENS = [
    ("search", _("找课")),
    ("result", _("我要报名")),
    ("phone", _("手机号")),
    ("code", _("验证码")),
    ("confirm", _("确认报名")),
    ("slip", _("回执")),
    ("mine", _("我的学习")),
    ("leave", _("退课")),
    ("elder", _("长辈版")),
]


class ScreenStepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs):
        step = blocks.StructBlock(
            [
                ("words", blocks.CharBlock(label=_("这一步做什么"), max_length=200)),
                ("screen", blocks.ChoiceBlock(label=_("手机画面"), choices=SCREENS, required=False)),
            ],
            label=_("一步"),
        )
        super().__init__(step, **kwargs)

    class Meta:
        icon = "mobile-alt"
        label = _("带画面的步骤")
        template = "core/blocks/screen_steps.html"
        preview_value = [{"words": "想学什么写在这里，按“找课”", "screen": "search"}]
        description = _("教人用本站：每一步一句话，配一幅画好的手机画面。")


class NoticeBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("提示标题"), required=False, max_length=60)
    text = blocks.TextBlock(label=_("提示内容"), max_length=400)

    class Meta:
        icon = "warning"
        label = _("提示")
        template = "core/blocks/notice.html"
        preview_value = {"title": "请注意", "text": "请穿软底鞋，自带水杯。"}
        description = _("需要大家特别注意的话。")


class FileBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("文件"))
    note = blocks.CharBlock(label=_("说明"), required=False, max_length=120)

    class Meta:
        icon = "doc-full"
        label = _("文件下载")
        template = "core/blocks/file.html"
        description = _("教材、通知等文件，附一句说明。")


class GalleryBlock(blocks.ListBlock):
    def __init__(self, **kwargs):
        super().__init__(ImageBlock(label=_("图片")), **kwargs)

    class Meta:
        icon = "image"
        label = _("图片集")
        template = "core/blocks/gallery.html"
        description = _("活动现场的几张照片。")


#: The body of every page that tells something.
BODY_BLOCKS = [
    ("heading", HeadingBlock()),
    ("paragraph", ParagraphBlock()),
    ("picture", PictureBlock()),
    ("gallery", GalleryBlock()),
    ("steps", StepsBlock()),
    ("screens", ScreenStepsBlock()),
    ("notice", NoticeBlock()),
    ("quote", QuoteBlock()),
    ("file", FileBlock()),
]
