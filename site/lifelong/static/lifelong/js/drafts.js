/* What was typed survives a reload: WeChat drops the page while somebody reads the SMS. form[data-draft="name"] is kept in
   this tab only; with data-draft-long (nothing about a person but a number of one's own) for two hours also past the tab.
   Never a code, a password, a consent or a hidden field. Gone when sent, and all of it when signing out. */
(function () {
  "use strict";
  var HOURS = 2 * 60 * 60 * 1000;
  function store(form) { return form.hasAttribute("data-draft-long") ? localStorage : sessionStorage; }
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && /^(text|tel|search|number|textarea|select-one)$/.test(field.type) && field.autocomplete !== "one-time-code" && field.name !== "code";
    });
  }
  function drop(from) {
    Object.keys(from).forEach(function (key) { if (key.indexOf("draft:") === 0) { from.removeItem(key); } });
  }
  function tend(form) {
    var key = "draft:" + form.getAttribute("data-draft"), box = store(form), old = {};
    try { old = JSON.parse(box.getItem(key)) || {}; } catch (error) { /* not ours */ }
    if (!old.at || Date.now() - old.at > HOURS) { old = { typed: {} }; box.removeItem(key); }
    fields(form).forEach(function (field) {
      var typed = old.typed[field.name], given = field.type === "select-one" ? field.querySelector("[selected]") && field.value : field.defaultValue;
      if (typed && !given && field.getAttribute("aria-invalid") !== "true") { field.value = typed; }
    });
    form.addEventListener("input", function () {
      var typed = {};
      fields(form).forEach(function (field) { typed[field.name] = field.value; });
      try { box.setItem(key, JSON.stringify({ at: Date.now(), typed: typed })); } catch (error) { /* full, or private */ }
    });
    form.addEventListener("submit", function () { box.removeItem(key); });
  }
  try {
    document.querySelectorAll("form[data-draft]").forEach(tend);
    document.querySelectorAll("form[data-draft-end]").forEach(function (form) {
      form.addEventListener("submit", function () { drop(sessionStorage); drop(localStorage); });
    });
  } catch (error) { /* storage is switched off: typing works all the same */ }
})();
