// What an agent does with the open conversation. Each act says what came of it, or why it could not be and what to do.

import { Problem, read, write } from "./api.js";
import { say } from "./notice.js";
import { lookAgain, readStory, showStory } from "./poll.js";
import { change, draftOf, isMine, now, state } from "./state.js";
import { when } from "./when.js";
import { named, t } from "./words.js";

const RENEW_MS = 5 * 60_000;
const LEASE_MS = 30 * 60_000;
const GLANCE_MS = 1_000; // nobody has read what came into sight that short before a click

export function wordsFor(problem) {
  if (problem.code === "held" && state.story?.held_by) {
    return t("problem_held_by", { name: state.story.held_by, at: when(state.story.held_until, state.story.zone) });
  }
  return named("problem", problem.code, problem.message || t("problem_unavailable"));
}

// One act at a time; whatever it came to, what is shown afterwards is what is true.
async function attempt(work) {
  if (state.isBusy) return false;
  change({ isBusy: true, problem: null });
  try {
    await work();
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === "session_over") return false;
    if (problem.status !== 0 && problem.status !== 422) await readStory(state.key).catch(() => {});
    // Now it was said that something came.
    change({ problem, ...(problem.code === "changed" && { cameAt: 0 }) });
    return false;
  } finally {
    change({ isBusy: false });
    lookAgain();
  }
}

// `from` is when the agent has last been free to read the story: what came since is said before anything is done.
function act(verb, body, said, from) {
  const { key, story } = state;
  const isCareful = from !== undefined;
  const isUnread = isCareful && state.cameAt > Math.min(from, Date.now() - GLANCE_MS);
  return attempt(async () => {
    if (isUnread) throw new Problem(412, "changed");
    const told = await write(`/desk/api/conversations/${key}/${verb}`, body, isCareful ? story.revision : undefined);
    if (state.key === key) showStory(told);
    if (said) say(t(said, { at: told.held_until ? when(told.held_until, told.zone) : "" }));
  });
}

export function take() {
  state.finished.delete(state.key);
  return act("take", {}, "said_taken");
}

export const release = () => act("release", {}, "said_released");
export const note = (text) => act("note", { text }, "said_noted");
export const handOver = (to, from) => act("hand-over", { to }, "said_handed_over", from);
export const snooze = (until, from) => act("snooze", { until }, "said_snoozed", from);

export const finish = (how, by, from) => act("done", { how, ...(by && { by }), up_to: state.story.shown_up_to }, "said_finished", from);

export function promise(request, at, text, override, from) {
  const body = { request, at, up_to: state.story.shown_up_to, ...(text && { text }), ...(override && { override }) };
  return act("promise", body, "said_promised", from);
}

export async function answer(texts, done) {
  const { key, story } = state;
  const draft = draftOf(key);
  const override = draft.objections.length ? draft.reason.trim() : "";
  const body = { request: draft.request, texts, up_to: story.shown_up_to, done, ...(override && { override }) };
  const isSent = await act("answer", body, done ? "said_answered_done" : "said_answered", Date.now());
  if (!isSent) settle(draft, state.problem);
  else state.drafts.delete(key);
  if (isSent && done) state.finished.add(key);
  change({});
  return isSent;
}

// The draft stays, and is the same request when it is tried again, so that it leaves once whatever became of the first.
function settle(draft, problem) {
  if (problem?.code !== "objections") return;
  draft.objections = problem.objections;
  change({ problem: null });
}

// Whoever writes keeps the conversation; said to nobody, and never in the way.
let renewing = false;
export async function renewWhileWriting() {
  const { key, story } = state;
  if (renewing || !story || !isMine(story)) return;
  if (Date.parse(story.held_until) - now() > LEASE_MS - RENEW_MS) return;
  renewing = true;
  try {
    const told = await write(`/desk/api/conversations/${key}/take`, {});
    if (state.key === key) showStory(told);
  } catch {
    // The countdown shows how long the hold still lasts; the next key pressed tries again.
  } finally {
    renewing = false;
  }
}

export async function loadColleagues() {
  try {
    const { told } = await read("/desk/api/colleagues");
    change({ colleagues: told.colleagues.filter((one) => one !== state.me.agent) });
  } catch (problem) {
    change({ problem, dialog: null });
  }
}
