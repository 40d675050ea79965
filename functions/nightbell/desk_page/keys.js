// Shortcuts: single keys while nothing is being written, which can be switched off.

import { actsNow, start } from "./conversation.js";
import { change, recall, remember, state } from "./state.js";

const ACTS = { t: "take", p: "promise", n: "note", h: "hand_over", z: "snooze", f: "finish", l: "release" };

export const SHORTCUTS = [
  ["J", "key_next"], ["K", "key_previous"], ["Enter", "key_open"], ["T", "act_take"], ["R", "key_answer"],
  ["Ctrl+Enter", "send_and_finish"], ["P", "act_promise"], ["N", "act_note"], ["H", "act_hand_over"], ["Z", "act_snooze"],
  ["F", "act_finish"], ["L", "act_release"], ["Esc", "key_back"], ["?", "act_help"],
];

export function areOn() {
  return recall("keys") !== "no";
}

export function switchKeys(on) {
  remember("keys", on ? "yes" : "no");
  change({});
}

function isWriting(target) {
  return Boolean(target.closest("input, textarea, select"));
}

// From the row that has focus, else from the open one.
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.dataset.row === state.key);
  rows[Math.min(Math.max(from + by, 0), rows.length - 1)].focus();
}

export function listen({ leave }) {
  const others = {
    j: () => step(1),
    k: () => step(-1),
    r: () => document.querySelector(".compose textarea")?.focus(),
    "?": () => start("help"),
  };
  document.addEventListener("keydown", (event) => {
    if (state.phase !== "in" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && state.key) return leaveBox(event.target, leave);
    if (!areOn() || isWriting(event.target)) return;
    const key = event.key.toLowerCase();
    const act = others[key] || (actsNow(state.story).includes(ACTS[key]) && (() => start(ACTS[key])));
    if (!act) return;
    event.preventDefault();
    act();
  });
}

// Out of the answer box first, then out of the conversation.
function leaveBox(target, leave) {
  if (isWriting(target)) document.getElementById("who")?.focus();
  else leave();
}
