"""What a course or an event needs before it goes public: somebody to ask, and classes that are not over."""

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.models import DistrictSettings
from core.publish_checks import Finding, publish_check
from network.services import street_of
from timetable.enums import ClassRunStatus


@publish_check("timetable.LearningPage")
def contact(page):
    """The page prints its street's telephone and address; a page of the academy the district's telephone."""
    street = street_of(page) if page.path else None
    if street and (street.phone.strip() or street.address.strip()):
        return
    site = Site.objects.filter(is_default_site=True).first()
    if site and DistrictSettings.for_site(site).phone.strip():
        return
    where = _("“%(street)s”的页面") % {"street": street} if street else _("“站点信息”")
    sentence = _("这一页印不出电话，居民没处问。请在%(where)s里填上电话或地址。") % {"where": where}
    yield Finding("", _("联系方式"), sentence)


@publish_check("timetable.LearningPage")
def class_runs(page):
    """Class runs stand on the page by themselves: a date in the past is told here, where somebody looks."""
    if page.pk is None:
        return
    today = timezone.localdate()
    runs = list(page.class_runs.exclude(status=ClassRunStatus.CANCELLED).order_by("starts_on", "pk"))
    for run in runs:
        if run.status == ClassRunStatus.DRAFT and run.starts_on < today:
            sentence = _("“%(run)s”还没有公布，开课日期 %(date)s 已经过去。请改日期，或者删掉它。")
            yield Finding("", _("开班"), sentence % {"run": run, "date": f"{run.starts_on:%Y-%m-%d}"})
    public = [run for run in runs if run.status != ClassRunStatus.DRAFT]
    if public and all(run.is_over for run in public):
        yield Finding("", _("开班"), _("公布过的班都结束了，居民现在没有班可报。要再开，请新排一个班。"))
