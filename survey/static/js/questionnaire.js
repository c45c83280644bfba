/* Hides questions that do not apply and counts what is written. Without it the page works as well:
   each conditional question then says in words when it applies, and the server measures the text. */
(function () {
  "use strict";
  var form = document.querySelector && document.querySelector("[data-questionnaire]");
  if (!form || !form.addEventListener || !window.NodeList) { return; }
  var conditional = form.querySelectorAll("[data-shown-if]");
  var written = form.querySelectorAll("[data-limit]");
  var i;

  function applies(question) {
    var name = question.getAttribute("data-shown-if");
    var above = form.querySelector("#item-" + name);
    var chosen = form.querySelector("input[name='" + name + "']:checked");
    if (above && above.hidden) { return false; }
    return !chosen || (" " + question.getAttribute("data-shown-options") + " ").indexOf(" " + chosen.value + " ") >= 0;
  }

  function showApplying() {
    for (var k = 0; k < conditional.length; k++) { conditional[k].hidden = !applies(conditional[k]); }
  }

  function countCharacters(text) {
    return text.replace(/^\s+|\s+$/g, "").replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "x").length;
  }

  function showRoom(area) {
    var room = Number(area.getAttribute("data-limit")) - countCharacters(area.value);
    var sentence = area.getAttribute(room < 0 ? "data-over" : "data-room");
    var place = document.getElementById(area.getAttribute("data-count"));
    place.textContent = sentence.replace("{n}", String(Math.abs(room)));
  }

  form.addEventListener("change", showApplying);
  for (i = 0; i < written.length; i++) {
    written[i].addEventListener("input", function (event) { showRoom(event.target); });
    showRoom(written[i]);
  }
  showApplying();
}());
