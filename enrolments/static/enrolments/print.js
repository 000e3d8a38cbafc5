/* The print button: shown only where it can work, and ready under the Enter key. Ctrl+P works without it. */
(function () {
  "use strict";
  var button = document.querySelector("[data-print]");
  if (!button || !window.print) { return; }
  button.addEventListener("click", function () { window.print(); });
  button.hidden = false;
  button.focus();
})();
