/* On a phone: registers the service worker, keeps the timetable of one's classes for a day without network, and in WeChat
   says how to open a file. No prompt, no message: whoever wants the site on the home screen uses the browser's menu. */
(function () {
  "use strict";
  var keep = document.querySelector("[data-keep]");
  if (/MicroMessenger/.test(navigator.userAgent)) {
    document.querySelectorAll("[data-wechat]").forEach(function (words) { words.hidden = false; });
  }
  if (!("serviceWorker" in navigator) || !window.caches) { return; }
  window.addEventListener("load", function () {
    navigator.serviceWorker.register("/sw.js").catch(function () { /* switched off, or private browsing */ });
  });
  /* Only on a thing that is held in the hand: a computer with a mouse may be the library's. */
  if (!keep || !matchMedia("(pointer: coarse)").matches) { return; }
  fetch(keep.dataset.keep, { credentials: "same-origin" }).then(function (response) {
    if (!response.ok || response.redirected) { return caches.delete("mine"); }
    return caches.open("mine").then(function (cache) { return cache.put(keep.dataset.keep, response); }).then(function () {
      document.querySelectorAll("[data-kept]").forEach(function (words) { words.hidden = false; });
    });
  }).catch(function () { /* no network just now: what is kept stays */ });
})();
