/* Solves the proof of work that the page asks for while many wrong codes come in (ALTCHA, second version:
   the key whose first bytes are asked for is derived from a counter). Without it the form works as well. */
(function () {
  "use strict";
  var form = document.querySelector && document.querySelector("form[data-puzzle]");
  var subtle = window.crypto && window.crypto.subtle;
  if (!form || !subtle || !window.Uint8Array || !window.btoa) { return; }
  var challenge = JSON.parse(form.getAttribute("data-puzzle"));
  var asked = challenge.parameters;

  function readHex(text) {
    var bytes = new Uint8Array(text.length / 2);
    for (var i = 0; i < bytes.length; i++) { bytes[i] = parseInt(text.substr(2 * i, 2), 16); }
    return bytes;
  }

  function showHex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) {
      return (byte < 16 ? "0" : "") + byte.toString(16);
    }).join("");
  }

  function makePassword(counter) {
    var nonce = readHex(asked.nonce);
    var password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    return password;
  }

  function derive(counter) {
    var settings = { name: "PBKDF2", hash: "SHA-256", salt: readHex(asked.salt), iterations: asked.cost };
    return subtle.importKey("raw", makePassword(counter), "PBKDF2", false, ["deriveBits"]).then(function (key) {
      return subtle.deriveBits(settings, key, asked.keyLength * 8);
    }).then(showHex);
  }

  function search(counter) {
    derive(counter).then(function (key) {
      if (key.indexOf(asked.keyPrefix) !== 0) { search(counter + 1); return; }
      var solved = { challenge: challenge, solution: { counter: counter, derivedKey: key } };
      form.elements._work.value = btoa(JSON.stringify(solved));
    });
  }

  search(0);
}());
