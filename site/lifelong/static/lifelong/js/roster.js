/* 点名 at the door: each tap is sent by itself and kept on this phone until the server has it.
   Kept are the numbers of places and marks, no names. Without scripts the form is saved as a whole. */
(function () {
  "use strict";
  var form = document.querySelector("[data-roster]");
  if (!form || !window.fetch || !window.FormData) { return; }
  var KEY = "roster-" + form.getAttribute("data-roster"), RETRY_MS = 5000;
  var bar = form.querySelector("[data-queue]"), save = form.querySelector("[data-save]");
  var token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  var waiting = read(), sending = false, saving = false, timer = null;

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch (error) { return {}; }
  }
  function keep() {
    try {
      if (Object.keys(waiting).length) { localStorage.setItem(KEY, JSON.stringify(waiting)); } else { localStorage.removeItem(KEY); }
    } catch (error) { /* a phone that keeps nothing still sends */ }
  }
  function row(person) { return form.querySelector('[data-person="' + person + '"]'); }
  function field(person, name) { return form.elements[name + "-" + person]; }
  function choose(person, mark) {
    row(person).querySelectorAll("[type=radio]").forEach(function (radio) { radio.checked = radio.value === mark; });
  }
  function say(person, words, kind) {
    var line = row(person).querySelector("[data-state]");
    line.textContent = words;
    line.setAttribute("data-state", kind);
  }
  function tell(words) {
    var left = Object.keys(waiting).length;
    bar.hidden = !left;
    bar.textContent = left ? "还有 " + left + " 人没存上，已留在这部手机里。" + (words || "正在再试…") : "";
  }

  function tap(person) {
    var chosen = row(person).querySelector(":checked");
    var earlier = waiting[person];
    waiting[person] = {
      mark: chosen.value,
      minutes: chosen.value === "partial" ? field(person, "minutes").value.trim() : "",
      was: earlier ? earlier.was : field(person, "was").value
    };
    keep();
    say(person, "正在保存…", "busy");
    send();
  }

  function send() {
    var person = Object.keys(waiting)[0];
    clearTimeout(timer);
    if (sending || !person) { tell(); return; }
    sending = true;
    var tapped = waiting[person], body = new FormData(), wait = window.AbortController ? new AbortController() : null;
    body.append("csrfmiddlewaretoken", token);
    body.append("tap", person);
    ["mark", "minutes", "was"].forEach(function (name) { body.append(name, tapped[name]); });
    var late = setTimeout(function () { if (wait) { wait.abort(); } }, 15000);
    fetch(form.action || location.href, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual", signal: wait ? wait.signal : undefined
    }).then(function (response) {
      var type = response.headers.get("Content-Type") || "";
      if (response.type === "opaqueredirect" || response.status === 403) { throw new Error("door"); }
      if (type.indexOf("json") < 0) { throw new Error("server"); }
      return response.json().then(function (answer) { settle(person, tapped, answer, response.ok); });
    }).then(function () { clearTimeout(late); sending = false; send(); }, function (error) {
      clearTimeout(late);
      sending = false;
      say(person, "没存上，会再试", "lost");
      tell(error.message === "door" ? "登录已经过期或者没有权限：请在另一个页面登录，再回来。" : "网络通了会自动再试。");
      timer = setTimeout(send, RETRY_MS);
    });
  }

  function settle(person, tapped, answer, ok) {
    var newer = waiting[person] !== tapped, stands = answer.mark || tapped.was;
    field(person, "was").value = stands;
    field(person, "had").value = ok ? tapped.minutes : field(person, "had").value;
    if (newer) { waiting[person].was = stands; } else { delete waiting[person]; }
    keep();
    if (ok) {
      if (!newer) { say(person, "已保存", "saved"); }
      return;
    }
    if (!newer) { choose(person, stands); }
    say(person, answer.sentence, "lost");
  }

  form.addEventListener("change", function (event) {
    var person = event.target.closest("[data-person]");
    if (person) { tap(person.getAttribute("data-person")); }
  });
  form.addEventListener("submit", function () { saving = true; });  // what is kept stays, in case this does not get through
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", function (event) {
    if (!saving && Object.keys(waiting).length) { event.preventDefault(); event.returnValue = ""; }
  });

  // What an earlier visit could not send: shown as it was tapped, sent now. What is saved, or whose person left the class, is dropped.
  Object.keys(waiting).forEach(function (person) {
    var same = row(person) && field(person, "was").value === waiting[person].mark && field(person, "had").value === waiting[person].minutes;
    if (same || !row(person)) { delete waiting[person]; return; }
    choose(person, waiting[person].mark);
    field(person, "minutes").value = waiting[person].minutes || field(person, "minutes").value;
    say(person, "没存上，会再试", "lost");
  });
  keep();
  save.hidden = true;
  send();
})();
