"""The import engine: tables in, services out, a report in Chinese. Knows no feature.

``tables`` reads files, ``values`` reads cells, ``registry`` knows who imports what (each
app's ``importing`` module), ``runner`` runs a folder in one transaction, ``report`` says
what happened, ``pages`` writes a page only when something changed, ``staging`` keeps an
uploaded folder between preview and confirmation. How and why: docs/mechanisms/importing.md.
"""
