// A stranger's words: put on the page as text, never as HTML, and so that nothing in them acts unseen.

import { h } from "./preact.js";

// Controls, formats such as the bidirectional marks, private use, halves of characters, and separators that are no
// line feed. Left alone are joiners and variation selectors, which emoji and several scripts are written with.
const UNSEEN = /((?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}])\1*/gu;
const UNSEEN_IN_LINE = /((?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}])\1*/gu;
// No script puts more marks than this on one letter; towers of them would lie over what stands around.
const TOWER = /(\p{M}{4})\p{M}+/gu;

function marked(found) {
  const character = String.fromCodePoint(found.codePointAt(0));
  const times = found.length / character.length;
  const number = found.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return h("span", { class: "mark" }, `U+${number}${times > 1 ? `×${times}` : ""}`);
}

function parts(text, pattern) {
  const found = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    found.push(text.slice(at, match.index), marked(match[0]));
    at = match.index + match[0].length;
  }
  found.push(text.slice(at));
  return found;
}

export function shown(text) {
  const lines = String(text).replace(/\r\n/g, "\n");
  return parts(lines.replace(TOWER, "$1…"), UNSEEN);
}

// For a name: one line stays one line.
export function shownInLine(text) {
  return h("bdi", null, parts(String(text).replace(TOWER, "$1…"), UNSEEN_IN_LINE));
}
