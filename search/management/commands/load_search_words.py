"""``manage.py load_search_words``: bring back the base words that are missing. Repeatable; changes no row."""

from django.core.management.base import BaseCommand

from search.words import load_base_words


class Command(BaseCommand):
    help = "补上软件自带、表里没有的近义词和不算内容的词。编辑改过、停用的不动。可以重复运行。"

    def handle(self, *args, **options):
        groups, stop_words = load_base_words(missing=True)
        self.stdout.write(f"补上近义词 {groups} 组，不算内容的词 {stop_words} 个。")
