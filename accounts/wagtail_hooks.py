"""Registers what people meet once they have signed in; defines nothing."""

from wagtail import hooks

#: English pages on another host; the keyboard help stays.
FOREIGN_HELP = ("whats-new-in-wagtail", "editor-guide")


@hooks.register("construct_help_menu")
def keep_our_own_help(request, menu_items):
    menu_items[:] = [item for item in menu_items if not item.name.startswith(FOREIGN_HELP)]
