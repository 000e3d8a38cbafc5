/* What was typed into a form of the desk survives a closed tab: kept in this browser for a day, offered again on the next
   visit, gone once saved or signed out. Pages are not here: Wagtail saves their drafts itself. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const DAY = 24 * 60 * 60 * 1000;
  const WAIT = 300; // milliseconds after the last key
  const OURS = "unsaved:";
  const key = OURS + location.pathname;
  const form = document.querySelector("form[data-edit-form]:not([data-controller~='w-autosave'])");

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null; // not ours
    }
  };
  const write = (name, value) => {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      /* full, or a private window: typing works all the same */
    }
  };
  const drop = (isOver) => {
    Object.keys(localStorage)
      .filter((name) => name.startsWith(OURS) && isOver(read(name)))
      .forEach((name) => localStorage.removeItem(name));
  };

  /* Sent and saved: the next page says so. Of yesterday: nobody comes back for it. Signed out: somebody else comes. */
  const isSaved = Boolean(document.querySelector(".messages .success"));
  drop((draft) => !draft || Date.now() - draft.at > DAY || (draft.sent && isSaved));
  document.addEventListener("submit", (event) => {
    if (event.target.action.includes("/logout/")) drop(() => true);
  });
  if (!form) return;

  const fields = () =>
    [...form.elements].filter(
      (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(field.type),
    );
  const isTicked = (field) => ["checkbox", "radio"].includes(field.type);
  const title = (field) => document.querySelector(`#${CSS.escape(field.id)}-chooser [data-chooser-title]`);

  /* [name, value, title of what was chosen]; a box that is not ticked is not there. */
  const values = () =>
    fields()
      .filter((field) => !isTicked(field) || field.checked)
      .map((field) => [field.name, field.value, field.id && title(field) ? title(field).textContent.trim() : ""]);

  const putBack = (typed) => {
    fields().forEach((field) => {
      const same = typed.filter(([name]) => name === field.name);
      if (isTicked(field)) {
        field.checked = same.some(([, value]) => value === field.value);
      } else if (same.length) {
        field.value = same[0][1];
        if (field.id && title(field) && field.value) {
          title(field).textContent = same[0][2];
          title(field).closest(".chooser").classList.remove("blank");
        }
      }
    });
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const offer = (draft) => {
    const bar = document.createElement("div");
    bar.className = "help-block help-warning";
    bar.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = `上次（${new Date(draft.at).toLocaleString("zh-CN")}）没有保存就离开了，填过的内容还在。`;
    const button = (label, action) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button button-secondary";
      made.textContent = label;
      made.addEventListener("click", () => {
        action();
        bar.remove();
      });
      return made;
    };
    bar.append(words, button("放回来", () => putBack(draft.typed)), " ", button("不要了", () => localStorage.removeItem(key)));
    form.before(bar);
  };

  const given = JSON.stringify(values());
  const draft = read(key);
  const hasErrors = Boolean(form.querySelector(".error-message, .w-field--error")); // what was sent stands in the form itself
  if (draft && !hasErrors && JSON.stringify(draft.typed) !== given) offer(draft);

  let timer;
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (JSON.stringify(values()) !== given) write(key, { at: Date.now(), typed: values() });
    }, WAIT);
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    write(key, { at: Date.now(), typed: values(), sent: true });
  });
});
