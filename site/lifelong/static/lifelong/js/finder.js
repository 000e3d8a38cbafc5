/* The finder in the browser: suggestions while typing, a position on tap, which result was opened.
   Every page is whole without it; its sentences stand in the templates (data-*). */
(() => {
  "use strict";
  const on = (element, name, work) => element.addEventListener(name, work);
  const all = (selector, work) => document.querySelectorAll(selector).forEach(work);

  function give(element, attributes) {
    for (const name of Object.keys(attributes)) { element.setAttribute(name, attributes[name]); }
    return element;
  }
  const make = (tag, parent, attributes) => parent.appendChild(give(document.createElement(tag), attributes));

  /* Suggestions: an ARIA combobox with a list of its own. */
  function suggest(box) {
    const input = box.querySelector("input"), id = input.id + "-list", words = box.dataset;
    const list = make("ul", box.querySelector(".search-line"), { id, role: "listbox", class: "suggestions", "aria-label": words.label });
    const told = make("p", box, { role: "status", class: "hidden-visually" });
    let at = -1, composing = false, timer, asked = new AbortController();
    give(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": id });
    open(false);

    function open(yes) {
      list.hidden = !yes;
      give(input, { "aria-expanded": yes });
      mark(-1);
    }
    function stop() { clearTimeout(timer); asked.abort(); }
    function close() { stop(); open(false); }
    function mark(next) {
      at = next;
      [...list.children].forEach((option, number) => option.setAttribute("aria-selected", number === at));
      const option = list.children[at];
      if (!option) { return input.removeAttribute("aria-activedescendant"); }
      give(input, { "aria-activedescendant": option.id });
      option.scrollIntoView({ block: "nearest" });
    }
    /* Only the last word is completed: 周三下午 shu becomes 周三下午 书法. */
    function choose(option) {
      input.value = input.value.replace(/\S*$/, "") + option.dataset.word;
      close();
      input.form.submit();
    }
    function show(found) {
      list.textContent = "";
      found.forEach(({ word, kind }, number) => {
        const option = make("li", list, { id: id + number, role: "option", "data-word": word });
        option.textContent = word;
        if (kind === "place") { make("span", option, { class: "quiet small" }).textContent = words.place; }
      });
      open(found.length > 0);
      told.textContent = found.length ? words.count.replace("#", found.length) : "";
    }
    async function ask() {
      const word = input.value.match(/\S*$/)[0];
      stop();
      if (!word) { return show([]); }
      const mine = asked = new AbortController();
      try {
        const reply = await fetch(words.suggest + "?q=" + encodeURIComponent(word), { signal: mine.signal });
        const { suggestions } = await reply.json();
        if (mine === asked && document.activeElement === input) { show(suggestions); }
      } catch (error) { /* typing on, or no network */ }
    }
    function later() {
      clearTimeout(timer);
      if (!composing) { timer = setTimeout(ask, 150); }
    }

    on(input, "compositionstart", () => { composing = true; stop(); });
    on(input, "compositionend", () => { composing = false; later(); });
    on(input, "input", later);
    on(input, "blur", close);
    on(input, "keydown", (event) => {
      const last = list.children.length - 1, key = event.key;
      if (composing || event.isComposing) { return; }
      if (list.hidden) {
        return key === "ArrowDown" && ask();
      }
      const moves = { ArrowDown: at < last ? at + 1 : -1, ArrowUp: at < 0 ? last : at - 1 };
      if (at >= 0) { Object.assign(moves, { Home: 0, End: last }); }
      if (key in moves) { mark(moves[key]); }
      else if (key === "Escape") { close(); }
      else if (key === "Enter" && at >= 0) { choose(list.children[at]); }
      else { return; }
      event.preventDefault();
    });
    on(list, "mousedown", (event) => event.preventDefault());
    on(list, "click", (event) => {
      if (event.target !== list) { choose(event.target.closest("li")); }
    });
  }

  /* 用我的位置: asked only on tap; the answer is a known place, the position is forgotten. */
  function near(box) {
    const form = document.getElementById("near-me"), words = form.dataset;
    const select = box.querySelector("select"), answer = box.querySelector("[role=status]");
    const say = (sentence) => { answer.textContent = sentence; };

    async function send({ coords }) {
      const body = new URLSearchParams(new FormData(form));
      ["latitude", "longitude"].forEach((name) => body.set(name, coords[name].toFixed(4)));
      try {
        const found = await (await fetch(form.action, { method: "POST", body })).json();
        if (found.near) { select.value = found.near; }
        if (select.value !== found.near) { return say(found.error || words.failed); }
        say(words.found.replace("#", found.name));
        select.form.submit();
      } catch (error) { say(words.failed); }
    }
    on(form, "submit", (event) => {
      event.preventDefault();
      say(words.asking);
      const refused = ({ code }) => say(code === 1 ? words.denied : words.failed);
      navigator.geolocation.getCurrentPosition(send, refused, { timeout: 10000, maximumAge: 300000 });
    });
    box.querySelectorAll("[hidden]").forEach((one) => { one.hidden = false; });
  }

  /* Which result was opened, by nobody in particular. */
  on(document, "click", (event) => {
    const link = event.target.closest("a[data-page]"), list = link && link.closest("[data-clicked]");
    if (!list || !link.dataset.page) { return; }
    const { words, clicked } = list.dataset;
    navigator.sendBeacon(clicked, new URLSearchParams({ words, page: link.dataset.page }));
  });

  all("[data-suggest]", suggest);
  if (navigator.geolocation && isSecureContext) { all(".near", near); }
  if (matchMedia("(min-width: 60rem)").matches) { all("[data-open-wide]", (box) => { box.open = true; }); }
})();
