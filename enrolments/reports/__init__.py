"""Reports of the desk: figures by street and term, counted live from the facts, without anybody's name.

``selectors`` counts, ``views`` shows: one class a report. To add one: a function there, a class here, its name in REPORTS.
"""
