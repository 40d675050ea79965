// Tells of what happened: in the live region, in the title, and with a sound where somebody switched it on.

import { change, isHeld, state } from "./state.js";
import { t } from "./words.js";

const QUIET_MS = 20_000; // new work is said once in a while, however fast it comes

let audio = null;
let toldAt = 0;
let untold = 0;

// Said again even where it is the same sentence.
export function say(sentence) {
  const place = document.getElementById("said");
  place.textContent = "";
  setTimeout(() => { place.textContent = sentence; }, 50);
}

export function setSound(on) {
  if (on) {
    audio ??= new AudioContext();
    audio.resume();
    ring();
  }
  change({ hasSound: on });
}

// Two tones of a small bell.
function ring() {
  for (const [place, pitch] of [880, 1174.7].entries()) {
    const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
    const from = audio.currentTime + place * 0.18;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, from);
    loudness.gain.exponentialRampToValueAtTime(0.15, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, from + 0.6);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.65);
  }
}

// New work is what waits now and did not, or has a message more, and is nobody's.
export function welcome(before, rows, isSameList) {
  if (!before || !isSameList) return;
  const known = new Map(before.map((row) => [row.key, row.waiting_count]));
  const fresh = rows.filter((row) => !isHeld(row) && row.waiting_count > (known.get(row.key) ?? 0)).length;
  if (!fresh) return;
  untold += fresh;
  if (state.hasSound) ring();
  if (Date.now() - toldAt < QUIET_MS) return;
  say(t("new_work", { n: untold }));
  [toldAt, untold] = [Date.now(), 0];
}

// Of nobody by name: a browser writes titles into its history.
export function badge() {
  const free = (state.rows || []).filter((row) => !isHeld(row)).length;
  document.title = state.phase === "in" && free ? `(${free}) ${t("desk_title")}` : t("desk_title");
}
