from django.db import migrations

#: What stood before the words of a title, and before a whole title, in the one row of an entry.
_MARKED, _WHOLE = "\ue001", "\ue000"


def lay_titles_apart(apps, schema_editor):
    """PostgreSQL: the titles in a partition of their own (index/postgresql.py), filled from what is there."""
    if schema_editor.connection.vendor != "postgresql":
        return
    run = schema_editor.execute
    run("ALTER TABLE search_text RENAME TO search_text_before")
    run("CREATE TABLE search_text (rowid bigint, is_title boolean, words tsvector NOT NULL, PRIMARY KEY (rowid, is_title)) PARTITION BY LIST (is_title)")
    run("CREATE TABLE search_text_titles PARTITION OF search_text FOR VALUES IN (true)")
    run("CREATE TABLE search_text_texts PARTITION OF search_text FOR VALUES IN (false)")
    some = "array_to_tsvector(ARRAY(SELECT {} FROM unnest(tsvector_to_array(words)) AS word WHERE {}))"
    of_title = some.format("substr(word, 2)", f"left(word, 1) = '{_MARKED}'")
    anywhere = some.format("word", f"left(word, 1) NOT IN ('{_MARKED}', '{_WHOLE}')")
    run(f"INSERT INTO search_text SELECT rowid, true, {of_title} FROM search_text_before")
    run(f"INSERT INTO search_text SELECT rowid, false, {anywhere} FROM search_text_before")
    run("DROP TABLE search_text_before")
    # Not first on a list that every search would look through.
    for table in ("search_text_titles", "search_text_texts"):
        run(f"CREATE INDEX {table}_words ON {table} USING gin (words) WITH (fastupdate = off)")


def lay_together(apps, schema_editor):
    """The way back leaves the table empty: rebuild_search fills it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("DROP TABLE search_text")
    schema_editor.execute("CREATE TABLE search_text (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
    schema_editor.execute("CREATE INDEX search_text_words ON search_text USING gin (words) WITH (fastupdate = off)")


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_index_and_words'),
    ]

    operations = [
        migrations.RunPython(lay_titles_apart, lay_together),
    ]
