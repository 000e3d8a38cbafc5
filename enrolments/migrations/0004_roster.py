import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def reveal_what_was_drawn(apps, schema_editor):
    """Until now the public value became public with the draw itself."""
    apps.get_model("enrolments", "Draw").objects.filter(drawn_at__isnull=False).update(revealed_at=models.F("drawn_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('enrolments', '0003_reasons_of_whole_runs'),
        ('timetable', '0007_centre_closure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='draw',
            name='revealed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='公开数值公布时间'),
        ),
        migrations.RunPython(reveal_what_was_drawn, migrations.RunPython.noop),
        migrations.CreateModel(
            name='ClaimNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=120, verbose_name='备注')),
                ('written_at', models.DateTimeField(verbose_name='时间')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='enrolments.enrolment', verbose_name='报名')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='写的人')),
            ],
            options={
                'verbose_name': '备注',
                'verbose_name_plural': '备注',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ClassMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=30, verbose_name='标题')),
                ('text', models.CharField(max_length=500, verbose_name='内容')),
                ('request_key', models.UUIDField(unique=True, verbose_name='提交标识')),
                ('people', models.PositiveSmallIntegerField(verbose_name='人数')),
                ('sent_at', models.DateTimeField(verbose_name='时间')),
                ('class_run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='timetable.classrun', verbose_name='班')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发的人')),
            ],
            options={
                'verbose_name': '班级通知',
                'verbose_name_plural': '班级通知',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='HeadCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveSmallIntegerField(verbose_name='人数')),
                ('counted_at', models.DateTimeField(verbose_name='时间')),
                ('counted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='数的人')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='head_count', to='timetable.session', verbose_name='课次')),
            ],
            options={
                'verbose_name': '没报名的人数',
                'verbose_name_plural': '没报名的人数',
                'ordering': ['pk'],
            },
        ),
    ]
