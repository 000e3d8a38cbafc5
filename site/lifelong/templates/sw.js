{% autoescape off %}/* The service worker: the shell and the offline page on every phone, "mine" (the timetable of one's classes) only where
   js/phone.js put it. Pages always come from the network when there is one: a place that is gone must not look free. */
"use strict";
var SHELL = "shell-{{ version }}", MINE = "mine", DOOR = "{% url 'account_login' %}", OUT = "{% url 'account_logout' %}";
var KEPT = "{% url 'enrolments:timetable_kept' %}", OFFLINE = "{% url 'offline' %}", ME = "/me/", DESK = "{% url 'wagtailadmin_home' %}", LOOK = "{% url 'look' %}";

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(SHELL).then(function (cache) {
    return cache.addAll([{% for address in shell %}"{{ address }}"{% if not forloop.last %}, {% endif %}{% endfor %}]);
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== SHELL && name !== MINE; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

function kept(path) {
  return caches.match(path.indexOf(ME) === 0 ? KEPT : OFFLINE).then(function (found) { return found || caches.match(OFFLINE); });
}

self.addEventListener("fetch", function (event) {
  var request = event.request, address = new URL(request.url), path = address.pathname;
  if (address.origin !== location.origin || path.indexOf(DESK) === 0) { return; }
  if (request.mode === "navigate") {
    /* Whoever leaves, or stands at the door, leaves nothing behind. */
    if (path === OUT && request.method === "POST") { event.waitUntil(caches.delete(MINE)); }
    event.respondWith(fetch(request).then(function (response) {
      if (path === DOOR && response.type === "basic" && response.ok) { caches.delete(MINE); }
      /* The page for no network is to look as the visitor has just chosen. */
      if (path === LOOK && request.method === "POST") {
        event.waitUntil(caches.open(SHELL).then(function (cache) { return cache.add(OFFLINE); }));
      }
      return response;
    }, function () { return kept(path); }));
  } else if (request.method === "GET" && path !== KEPT) {
    if (/\.(css|js|svg|png|webmanifest)$/.test(path)) {
      event.respondWith(fetch(request).catch(function () {
        return caches.match(request).then(function (found) { return found || Response.error(); });
      }));
    }
  }
});
{% endautoescape %}
