"""Work after the answer (docs/operations.md, "Notices and background work"). Tasks call services and carry numbers only."""

from django_tasks import task

from accounts import services


@task(backend="background", queue_name="sms")
def deliver_notice(notice_id):
    """Deliver one notice by SMS and e-mail; the command deliver_notices takes up what this one could not."""
    return services.deliver(notice_id)
