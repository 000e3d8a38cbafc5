"""A page that moves takes the street of its new place."""

from django.dispatch import receiver
from wagtail.signals import post_page_move

from network.services import refresh_streets


@receiver(post_page_move)
def page_moved(sender, instance, **kwargs):
    # The instance may still carry its old path: read where it stands now.
    refresh_streets(type(instance).objects.get(pk=instance.pk))
