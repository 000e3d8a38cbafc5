from django.db import migrations

from accounts import append_only


def forwards(apps, schema_editor):
    append_only.install(schema_editor.connection)


def backwards(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_access_log")]

    operations = [migrations.RunPython(forwards, backwards)]
