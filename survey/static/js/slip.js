/* Opens the questionnaire of a scanned slip: the code stands behind # in the address, where no server
   sees it, and is posted. A typed code is checked first, so that a slip of the finger is found here. */
(function () {
  "use strict";
  var form = document.querySelector && document.querySelector("[data-slip]");
  var alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  var alike = { I: "1", O: "0", S: "5", V: "U", Z: "2" };
  if (!form || !form.addEventListener) { return; }

  function send(text) {
    var copy = form.cloneNode(false);
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "_slip";
    field.value = text;
    copy.appendChild(field);
    document.body.appendChild(copy);
    copy.submit();
  }

  function isWhole(text) {
    var plain = text.normalize ? text.normalize("NFKC") : text;
    var symbols = plain.toUpperCase().replace(/[\s\-\u2010-\u2014\uff0d]/g, "").split("").reverse();
    var sum = 0;
    for (var i = 0; i < symbols.length; i++) {
      var value = alphabet.indexOf(alike[symbols[i]] || symbols[i]);
      if (value < 0) { return false; }
      sum += (i + 1) * value;
    }
    return symbols.length === 15 && sum % 31 === 0;
  }

  form.addEventListener("submit", function (event) {
    var field = document.getElementById("slip");
    document.getElementById("slip-fault").hidden = isWhole(field.value);
    if (!isWhole(field.value)) { event.preventDefault(); field.focus(); }
  });

  function sendScanned() {
    var code = location.hash.slice(1);
    if (!/^[A-Z2-7]{26}$/i.test(code)) { return; }
    if (history.replaceState) { history.replaceState(null, "", location.pathname + location.search); }
    send(code);
  }

  window.addEventListener("hashchange", sendScanned);
  sendScanned();
}());
