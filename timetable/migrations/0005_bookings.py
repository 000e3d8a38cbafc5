import django.db.models.deletion
from django.db import migrations, models

from timetable import one_place


def forwards(apps, schema_editor):
    one_place.install(schema_editor.connection)


def backwards(apps, schema_editor):
    one_place.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0003_alter_centrepage_body_alter_networkindexpage_body'),
        ('teachers', '0001_initial'),
        ('timetable', '0004_alter_learningpage_body'),
    ]

    operations = [
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='开始')),
                ('ends_at', models.DateTimeField(verbose_name='结束')),
                ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='bookings', to='network.room', verbose_name='教室')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bookings', to='timetable.session', verbose_name='课次')),
                ('teacher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='bookings', to='teachers.teacher', verbose_name='教师')),
            ],
            options={
                'verbose_name': '占用',
                'verbose_name_plural': '占用',
                'ordering': ['starts_at', 'pk'],
                'indexes': [models.Index(fields=['room', 'starts_at'], name='booking_of_room'), models.Index(fields=['teacher', 'starts_at'], name='booking_of_teacher')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('room__isnull', False), ('teacher__isnull', True)), models.Q(('room__isnull', True), ('teacher__isnull', False)), _connector='OR'), name='booking_of_one_thing'), models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='booking_in_order')],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
