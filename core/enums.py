"""Fixed lists that more than one floor shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StreetColour(models.TextChoices):
    """A street's colour on the site: a name of a token in static/lifelong/css/tokens.css, never a hex value."""

    INDIGO = "indigo", _("靛青")
    JADE = "jade", _("青玉")
    OCHRE = "ochre", _("赭石")
    PLUM = "plum", _("梅子")
    MOSS = "moss", _("苔绿")
    RUST = "rust", _("铁锈")
