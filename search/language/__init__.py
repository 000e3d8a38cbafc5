"""How people write Chinese: normalising, words, pinyin, conditions, ranking. Pure Python: no request, no database, no Django.

tests/search/test_language_is_pure.py keeps it so.
"""
