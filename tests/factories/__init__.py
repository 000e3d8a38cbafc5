"""Factories, one module per app. Pages are placed in the tree with ``parent=``."""
