import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0003_alter_centrepage_body_alter_networkindexpage_body'),
        ('timetable', '0006_book_what_is_to_come'),
    ]

    operations = [
        migrations.CreateModel(
            name='CentreClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='从')),
                ('ends_on', models.DateField(verbose_name='到')),
                ('starts_at', models.TimeField(blank=True, help_text='整天不开放就两个都空着。', null=True, verbose_name='每天从')),
                ('ends_at', models.TimeField(blank=True, null=True, verbose_name='每天到')),
                ('reason', models.CharField(help_text='例如：期末考试、学校放假。', max_length=40, verbose_name='原因')),
                ('is_sample', models.BooleanField(default=False, verbose_name='示例')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='network.centrepage', verbose_name='场所')),
            ],
            options={
                'verbose_name': '场所停用',
                'verbose_name_plural': '场所停用',
                'ordering': ['starts_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on'))), name='closure_dates_in_order', violation_error_message='结束的日期不能早于开始的日期。'), models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('starts_at__isnull', True)), models.Q(('ends_at__isnull', False), ('starts_at__isnull', False), ('starts_at__lt', models.F('ends_at'))), _connector='OR'), name='closure_hours_in_order', violation_error_message='每天的时间要么两个都写，要么都空着；结束要晚于开始。')],
            },
        ),
    ]
