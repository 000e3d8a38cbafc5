/* 朗读: reads the page's text aloud, a paragraph at a time, and shows which one. The button appears only where the phone can speak. */
(function () {
  "use strict";
  var button = document.querySelector("[data-read]"), speech = window.speechSynthesis;
  if (!button || !speech || !window.SpeechSynthesisUtterance) { return; }
  var BLOCKS = "h1, h2, h3, p, li, dt, dd, th, td, label, legend, summary, a.button, button";
  var start = button.textContent, reading = null;

  /* What holds no smaller block, is on the screen and has words. */
  function readable() {
    return Array.prototype.filter.call(document.querySelector("main").querySelectorAll(BLOCKS), function (one) {
      return one.offsetParent && !one.querySelector(BLOCKS) && !one.closest("[aria-hidden=true]") && one.textContent.trim();
    });
  }
  function stop() {
    if (reading) { reading.classList.remove("is-read"); }
    reading = null;
    speech.cancel();
    button.textContent = start;
    button.setAttribute("aria-pressed", "false");
  }
  function read(list, at) {
    if (reading) { reading.classList.remove("is-read"); }
    if (at >= list.length) { return stop(); }
    var one = reading = list[at], words = new SpeechSynthesisUtterance(one.textContent.replace(/\s+/g, " ").trim());
    one.classList.add("is-read");
    one.scrollIntoView({ block: "nearest" });
    words.lang = "zh-CN";
    words.rate = 0.9;
    words.onend = words.onerror = function () { if (reading === one) { read(list, at + 1); } };
    speech.speak(words);
  }
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", function () {
    if (reading) { return stop(); }
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    read(readable(), 0);
  });
  window.addEventListener("pagehide", stop);
})();
