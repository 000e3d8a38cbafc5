"""Addresses of the news that are no pages, at /news/."""

from django.urls import path

from home.feeds import news_feed

urlpatterns = [path("feed/", news_feed, name="news_feed")]
