"""What a place of the network needs before it goes public: a way to reach somebody."""

from django.utils.translation import gettext as _

from core.publish_checks import Finding, label_of, publish_check


@publish_check("network.CentrePage")
def contact(page):
    if not page.phone.strip() and not page.address.strip():
        yield Finding("phone", label_of(page, "phone"), _("电话和地址都空着，居民不知道怎么找到这里。"))
