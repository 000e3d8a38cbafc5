/* Recomputes a draw in the reader's own browser from the published data (docs/mechanisms/draw.md).
   Without this script the page is whole; the button appears only where the browser can do it. */
(function () {
  "use strict";
  var box = document.querySelector("[data-draw-check]");
  if (!box || !window.fetch || !window.crypto || !window.crypto.subtle || !window.TextEncoder) { return; }
  var button = box.querySelector("button");
  var list = box.querySelector("ul");
  var words = new TextEncoder();

  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
      return ("0" + byte.toString(16)).slice(-2);
    }).join("");
  }
  function bytes(text) {
    return new Uint8Array((text.match(/../g) || []).map(function (pair) { return parseInt(pair, 16); }));
  }
  function joined(one, other) {
    var all = new Uint8Array(one.length + other.length);
    all.set(one);
    all.set(other, one.length);
    return all;
  }
  function sha256(data) { return crypto.subtle.digest("SHA-256", data); }
  function before(one, other) { return one < other ? -1 : one > other ? 1 : 0; }

  /* The drawn order: by key, inside a party by receipt. */
  function ordered(data) {
    return sha256(joined(bytes(data.seed), words.encode(data.public_value))).then(function (secret) {
      return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    }).then(function (key) {
      return Promise.all(data.entries.map(function (line) {
        var parts = line.split(" ");
        return crypto.subtle.sign("HMAC", key, words.encode(data["class"] + "|" + parts[1])).then(function (signed) {
          return { receipt: parts[0], flags: parts[2], key: hex(signed) };
        });
      }));
    }).then(function (entries) {
      return entries.sort(function (a, b) { return before(a.key, b.key) || before(a.receipt, b.receipt); });
    });
  }

  /* Shares as declared, then everybody. "".indexOf is 0 in any flags: the last round is for all. */
  function allotted(order, data, left) {
    var seated = {}, given = 0;
    data.shares.concat([{ kind: "", seats: data.places }]).forEach(function (share) {
      var used = 0;
      order.forEach(function (entry) {
        if (used >= share.seats || given >= data.places) { return; }
        if (entry.flags.indexOf(share.kind) < 0 || left[entry.receipt] || entry.receipt in seated) { return; }
        seated[entry.receipt] = share.kind;
        used += 1;
        given += 1;
      });
    });
    return seated;
  }

  function check(data) {
    var text = data.entries.map(function (line) { return line + "\n"; }).join("");
    return Promise.all([sha256(bytes(data.seed)), sha256(words.encode(text)), ordered(data)]).then(function (found) {
      var order = found[2], left = {};
      data.results.forEach(function (row) { if (row.result === "left") { left[row.receipt] = true; } });
      var seated = allotted(order, data, left);
      var sameLength = order.length === data.results.length;
      var sameOrder = sameLength && order.every(function (entry, index) {
        var row = data.results[index];
        return row.rank === index + 1 && row.receipt === entry.receipt && row.key === entry.key;
      });
      var sameResult = sameLength && data.results.every(function (row) {
        var result = left[row.receipt] ? "left" : row.receipt in seated ? "seated" : "waiting";
        return row.result === result && row.share === (seated[row.receipt] || "");
      });
      return [
        ["种子和报名前公布的封条", hex(found[0]) === data.seed_hash],
        ["名单和封存时公布的封条", hex(found[1]) === data.entries_hash],
        ["抽出来的顺序", sameOrder],
        ["谁抽中、谁候补", sameResult]
      ];
    });
  }

  function say(text, good) {
    var item = document.createElement("li");
    item.className = good ? "draw-same" : "draw-differs";
    item.textContent = text;
    list.appendChild(item);
  }

  function run() {
    button.disabled = true;
    list.textContent = "";
    fetch(box.getAttribute("data-draw-check"), { cache: "no-store", credentials: "omit" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(check).then(function (checks) {
      checks.forEach(function (one) { say(one[0] + "：" + (one[1] ? "一致" : "不一致"), one[1]); });
    }).catch(function () {
      say("没有算成：数据没有取到，或者内容不完整。请刷新页面再试。", false);
    }).then(function () { button.disabled = false; });
  }

  box.hidden = false;
  button.addEventListener("click", run);
}());
