"use strict";

// A telephone: what a caller hears stands there as text, and what they can do now are keys, a voice and the receiver.

function showCall(bubbles, switched) {
  const last = bubbles[bubbles.length - 1];
  const can = new Set((last ? last.buttons : []).map((button) => button.kind));
  showBubbles(bubbles.map((bubble) => ({ ...bubble, buttons: [] })), switched);
  const talks = can.size > 0;
  for (const start of $("ring").querySelectorAll("button")) start.disabled = talks;
  $("hang-up").disabled = !talks;
  for (const part of $("keypad").querySelectorAll("button, input")) part.disabled = !can.has("keys");
}

function makeTelephone() {
  for (const key of "123456789*0#") {
    const made = element("button", key);
    made.type = "button";
    made.setAttribute("aria-label", { "*": "star", "#": "hash, sends the keys" }[key] || key);
    made.addEventListener("click", () => pressKey(key));
    $("keys").append(made);
  }
  for (const button of $("telephone").querySelectorAll("[data-kind]")) {
    button.addEventListener("click", () => onTheLine(button.dataset.kind, ""));
  }
  $("keypad").addEventListener("submit", (event) => {
    event.preventDefault();
    pressKey("#");
  });
}

function pressKey(key) {
  $("pressed").value += key;
  if (key !== "#") return;
  const pressed = $("pressed").value.replace(/\s/g, "");
  $("pressed").value = "";
  onTheLine("keys", pressed);
}

function onTheLine(kind, text) {
  const copies = $("twice").checked ? 2 : 1;
  return attempt(() => call("/api/messages", { ...who(), kind, text, copies }));
}
