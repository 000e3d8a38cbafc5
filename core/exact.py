"""JSON that gives back exactly what went in."""

from django.core.serializers.json import DjangoJSONEncoder


class ExactEncoder(DjangoJSONEncoder):
    """Django's, but moments keep their microseconds: what is put back must be what was there."""

    def default(self, o):
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
