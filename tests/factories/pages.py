"""The base of every page factory: ``Factory(parent=page)`` adds the page below ``parent``."""

import factory


class PageFactory(factory.django.DjangoModelFactory):
    """Page factory. ``live=False`` makes a draft; a slug is made from the title by the page itself."""

    title = factory.Sequence(lambda n: f"页面{n}")

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, parent, **kwargs):
        page = model_class(*args, **kwargs)
        parent.add_child(instance=page)
        return page
