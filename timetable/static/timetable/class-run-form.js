/* The form of a class run: shows the sessions it would make while somebody types (timetable/admin_views/preview.py,
   PreviewSessionsView). The form works the same without it: saving says the same. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-sessions-preview]");
  const form = box && box.closest("form");
  if (!form) return;
  const WAIT = 500; // milliseconds after the last key
  let timer, asked;

  const show = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(box.dataset.sessionsPreview, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        signal: asked.signal,
      });
      box.innerHTML = answer.ok ? await answer.text() : "";
    } catch (error) {
      if (error.name !== "AbortError") box.textContent = "";
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  soon();
});
