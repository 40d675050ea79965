// Keeps the list and the open conversation up to date: every five seconds, seldom while nobody looks, and ever more
// seldom while the desk does not answer.

import { read, write } from "./api.js";
import { say, welcome } from "./notice.js";
import { change, isHeld, isMine, state } from "./state.js";
import { t } from "./words.js";

const EVERY_MS = 5_000;
const HIDDEN_MS = 30_000;
const LONGEST_MS = 60_000;
const LEAVING_MS = 2_000; // while something of ours is on its way
const STORY_MS = 20_000;
const WHOLE_MS = 60_000; // so often the list is read even where nothing in it is new, for the desk's clock
const FINAL = new Set(["SENT", "CONFIRMED", "UNCERTAIN", "REFUSED", "UNDELIVERED", "SUPPRESSED"]);

let timer = null;
let etag = null;
let asked = "";
let wholeAt = 0;
let failures = 0;
let storyAt = 0;
let storyTag = null;
let looking = false;
let wantsMore = false;

export function lookAgain() {
  clearTimeout(timer);
  failures = 0;
  return look();
}

export function stopLooking() {
  clearTimeout(timer);
  etag = null;
}

async function look() {
  if (looking) {
    wantsMore = true;
    return;
  }
  looking = true;
  wantsMore = false;
  try {
    await readList();
    await readOpen();
    failures = 0;
  } catch (problem) {
    failures += 1;
    if (problem.code !== "session_over") change({ listProblem: problem, isOffline: problem.code === "offline" });
  } finally {
    looking = false;
  }
  if (state.phase !== "in") return;
  timer = setTimeout(look, wantsMore ? 0 : pause());
}

function pause() {
  if (failures) return Math.min(EVERY_MS * 2 ** failures, LONGEST_MS);
  if (document.hidden) return HIDDEN_MS;
  return isLeaving() ? LEAVING_MS : EVERY_MS;
}

function isLeaving() {
  return Boolean(state.story) && state.story.entries.some((entry) => entry.type === "sent" && !FINAL.has(entry.state));
}

async function readList() {
  const query = new URLSearchParams({ ...(state.brand && { brand: state.brand }), ...(state.withSnoozed && { snoozed: "true" }) });
  const path = `/desk/api/waiting?${query}`;
  if (path !== asked || Date.now() - wholeAt > WHOLE_MS) etag = null;
  const answer = await read(path, etag);
  if (answer) {
    ({ etag } = answer);
    wholeAt = Date.now();
    welcome(state.rows, answer.told.rows, path === asked);
    asked = path;
    change({ rows: answer.told.rows, more: answer.told.more, snoozed: answer.told.snoozed, byHand: answer.told.by_hand || [], listProblem: null, isOffline: false });
  } else if (state.listProblem || state.isOffline) {
    change({ listProblem: null, isOffline: false });
  }
}

// The conversation that is open is read again when the list says that it changed, while something of ours is on its
// way, and now and then: whatever is not in the list any more changes, too.
async function readOpen() {
  const { key, story } = state;
  if (!key || !story) return;
  const row = state.rows.find((one) => one.key === key);
  const moved = row && (row.revision !== story.revision || isHeld(row) !== isHeld(story) || row.held_by !== story.held_by);
  if (moved || isLeaving() || Date.now() - storyAt > STORY_MS) await readStory(key);
}

// Whoever holds a conversation was shown what is on the page only once the desk has noted it, and taking it again does;
// otherwise what came meanwhile could not be answered.
export async function readStory(key) {
  const path = `/desk/api/conversations/${key}`;
  const answer = await read(path, key === state.story?.key ? storyTag : null);
  storyAt = Date.now();
  if (!answer || state.key !== key) return;
  const isNews = isMine(answer.told) && answer.told.key === state.story?.key && answer.told.last_number > state.story.last_number;
  showStory(isNews ? await write(`${path}/take`, {}) : answer.told);
  storyTag = isNews ? null : answer.etag;
}

export function showStory(told) {
  const before = state.story && state.story.key === told.key ? state.story.last_number : told.last_number;
  const isNews = told.last_number > before;
  change({ story: told, storyProblem: null, ...(isNews && { cameAt: Date.now() }) });
  [storyAt, storyTag] = [Date.now(), null];
  if (isNews) say(t("message_came", { n: told.last_number - before }));
}

for (const [target, event] of [[document, "visibilitychange"], [window, "online"]]) {
  target.addEventListener(event, () => {
    if (state.phase === "in" && !document.hidden) lookAgain();
  });
}
window.addEventListener("offline", () => state.phase === "in" && change({ isOffline: true }));
