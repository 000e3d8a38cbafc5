from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_append_only_access'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('enrolled', '报名成功'), ('waiting', '候补'), ('offered', '候补录取，等您确认'), ('offer_missed', '候补录取已过期'), ('drawn', '抽签结果'), ('moved', '改期或换教室'), ('cancelled', '停课或取消'), ('tomorrow', '明天上课'), ('removed', '报名变动'), ('certificate', '结业证书'), ('message', '班级通知')], max_length=12, verbose_name='种类'),
        ),
    ]
