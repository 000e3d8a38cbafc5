"""The import engine: tables in, services out, a report in Chinese, and a way back. Knows no feature.

``tables`` reads files, ``values`` reads cells, ``registry`` knows who imports what (each
app's ``importing`` module), ``runner`` runs a folder in one transaction, ``report`` says
what happened, ``pages`` writes a page only when something changed, ``staging`` keeps an
uploaded folder between preview and confirmation, ``sheets`` hands out templates and faulty rows.
``journal`` notes what an import did, ``photographs`` keeps how things were, ``undo`` takes it back;
``around`` is what upper floors put around the whole. How and why: docs/mechanisms/importing.md.
"""
