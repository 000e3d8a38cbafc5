/* The print button: shown only where it can work, and ready under the Enter key. Ctrl+P works without it.
   The sentence for those without the button ([data-print-words]) goes when the button comes. */
(function () {
  "use strict";
  var button = document.querySelector("[data-print]"), words = document.querySelector("[data-print-words]");
  if (!button || !window.print || /MicroMessenger/.test(navigator.userAgent)) { return; }
  button.addEventListener("click", function () { window.print(); });
  button.hidden = false;
  if (words) { words.hidden = true; }
  button.focus();
})();
