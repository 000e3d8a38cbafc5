/* List and map in step: what is pointed at or focused in one is marked in the other; a mouse that rests elsewhere takes nothing
   from the keyboard. Without it both are plain links. */
(() => {
  "use strict";
  let marked = [];
  function mark(event) {
    const from = [event.target, document.activeElement].map((one) => one && one.closest && one.closest("[data-street]")).find(Boolean);
    marked.forEach((one) => one.classList.remove("is-marked"));
    marked = from ? [...document.querySelectorAll("[data-street]")].filter((one) => one.dataset.street === from.dataset.street) : [];
    marked.forEach((one) => one.classList.add("is-marked"));
  }
  for (const name of ["mouseover", "focusin"]) { document.addEventListener(name, mark); }
})();
