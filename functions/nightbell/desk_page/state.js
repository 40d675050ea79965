// All that the page knows, in one object: whatever changes it has the page drawn again.

export const state = {
  phase: "starting", // starting, out, in
  needsNewPassword: false,
  needsCode: false,
  isSessionOver: false,
  me: null,
  offset: 0, // of the desk's clock before this machine's, in milliseconds: a stack may run on a clock of its own
  rows: null, // null until the list came once
  more: [],
  snoozed: 0,
  byHand: [], // what somebody has opened or closed for now
  brand: "",
  withSnoozed: false,
  listProblem: null,
  isOffline: false,
  key: null, // of the conversation that is open
  story: null,
  storyProblem: null,
  cameAt: 0, // when a message came into the open conversation that nobody has been told of by a refusal
  drafts: new Map(), // by conversation; in memory only, because they are about customers
  finished: new Set(), // conversations that were answered for good in this visit
  dialog: null, // { name, ... } of the one that is open
  colleagues: null,
  report: null, // the week that was looked at last
  reportProblem: null,
  problem: null, // of the last act
  isBusy: false,
  hasSound: false,
};

let paint = () => {};

export function drawWith(draw) {
  paint = draw;
}

export function change(patch) {
  Object.assign(state, patch);
  paint();
}

export function now() {
  return Date.now() + state.offset;
}

export function setClock(iso) {
  if (iso) state.offset = Date.parse(iso) - Date.now();
}

// What is kept beyond a visit is no secret and about nobody: choices of whoever sits here.
export function remember(name, value) {
  try {
    localStorage.setItem(`nightbell.${name}`, value);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

export function recall(name) {
  try {
    return localStorage.getItem(`nightbell.${name}`);
  } catch {
    return null;
  }
}

export function isHeld(row) {
  return Boolean(row.held_by) && Date.parse(row.held_until) > now();
}

// Whoever has answered and finished has done with it, although the desk keeps it for them while the answer leaves.
export function isMine(row) {
  const isOver = state.finished.has(row.key) && !row.waiting_count;
  return isHeld(row) && row.held_by === state.me.agent && !isOver;
}

export function isLead() {
  return state.me.groups.includes("leads");
}

export function draftOf(key) {
  if (!state.drafts.has(key)) {
    state.drafts.set(key, { texts: {}, chosen: null, request: crypto.randomUUID(), reason: "", objections: [] });
  }
  return state.drafts.get(key);
}

export function hasWords(draft) {
  return Boolean(draft) && Object.values(draft.texts).some((text) => text.trim());
}
