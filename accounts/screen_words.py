"""What a screen of the desk is called where the log of access names it. Screens by the name of their address: no import upwards."""

from django.utils.translation import gettext_lazy as _

#: what shows residents, so what most rows of the log are about
SCREENS = {
    "counter:index": _("窗口"),
    "counter:find": _("找报名"),
    "counter:person": _("这个人的报名"),
    "counter:claim": _("办理报名"),
    "counter:slip": _("报名回执"),
    "roster:index": _("点名"),
    "roster:session": _("一次课的点名"),
    "roster:run": _("班级名单"),
    "roster:list": _("打印名单"),
    "roster:export": _("导出名单"),
    "roster:message": _("通知全班"),
    "roster:papers": _("结业和证书"),
    "roster:certificates": _("打印证书"),
    "roster:certificate": _("一张证书"),
    "roster:phone": _("看电话"),
    "roster:notes": _("备注"),
    "questions:index": _("居民提问"),
    "questions:question": _("答复提问"),
    "questions:public": _("公开的答复"),
    "survey_results:index": _("课后三问"),
    "survey_results:run": _("课后三问"),
    "district_import": _("导入数据"),
    "district_import_preview": _("导入数据"),
    "draw_desk:index": _("抽签"),
    "draw_desk:run": _("抽签"),
}
#: the rest are refusals, whose address stands beside them
ENDINGS = {
    "index": _("列表"),
    "index_results": _("列表"),
    "add": _("新建"),
    "copy": _("复制"),
    "edit": _("编辑"),
    "delete": _("删除"),
    "inspect": _("查看"),
    "history": _("历史"),
    "history_results": _("历史"),
    "usage": _("使用情况"),
    "move": _("移动"),
    "publish": _("公布"),
    "cancel": _("取消"),
}


def screen_words(view):
    """counter:claim → 办理报名; what has no word keeps its name."""
    return SCREENS.get(view) or ENDINGS.get(view.rpartition(":")[2]) or view
