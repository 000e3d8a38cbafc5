"""What search keeps of the timetable: who has no place left, as the database says it, and two indexes to read from."""

from contextlib import contextmanager

from django.db import migrations, models


@contextmanager
def _triggers_away(schema_editor):
    """SQLite makes the table anew and then refuses, because the log of enrolments has a trigger that reads it."""
    connection = schema_editor.connection
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%timetable_classrun%'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in triggers:
            cursor.execute(sql)


class AddField(migrations.AddField):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        with _triggers_away(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        with _triggers_away(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [("timetable", "0002_enrolment_rules")]

    operations = [
        migrations.RemoveIndex(model_name="classrun", name="run_of_learning"),
        AddField(
            model_name="classrun",
            name="none_left",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(places_left__gt=0, then=False), default=True),
                output_field=models.BooleanField(),
                verbose_name="没有可报的名额",
            ),
        ),
        migrations.AddIndex(
            model_name="classrun",
            index=models.Index(
                fields=[
                    *("learning", "status", "starts_on", "ends_on", "weekdays", "starts_at", "delivery", "fee_fen"),
                    *("enrol_closes_at", "centre", "id"),
                ],
                name="run_of_learning",
            ),
        ),
        migrations.AddIndex(
            model_name="classrun",
            index=models.Index(condition=models.Q(("none_left", True)), fields=["ends_on", "id"], name="run_none_left"),
        ),
        migrations.AddIndex(
            model_name="classrun",
            index=models.Index(
                condition=models.Q(("none_left", True)), fields=["learning", "ends_on", "id"], name="run_none_left_of"
            ),
        ),
    ]
