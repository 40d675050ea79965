// Starts the desk: resumes the session, reads who is here, opens what the address names, and draws.

import { read, resume, signOut } from "./api.js";
import { Conversation, start } from "./conversation.js";
import { Dialog } from "./dialogs.js";
import { listen } from "./keys.js";
import { WaitingList } from "./list.js";
import { badge, setSound } from "./notice.js";
import { lookAgain, readStory, stopLooking } from "./poll.js";
import { h, render } from "./preact.js";
import { SignIn } from "./sign_in.js";
import { change, drawWith, hasWords, isLead, state } from "./state.js";
import { LANGUAGES, language, speak, t } from "./words.js";

function Header() {
  return h("header", null, h("h1", null, t("desk_title")),
    h("p", { class: state.isOffline ? "problem" : "hint", role: "status" }, state.isOffline ? t("offline") : ""),
    h("div", { class: "acts" },
      h("button", { type: "button", "aria-pressed": String(state.hasSound), onClick: () => setSound(!state.hasSound) }, t("sound")),
      isLead() && h("button", { type: "button", id: "act-report", "aria-haspopup": "dialog", onClick: () => start("report") }, t("act_report")),
      h("button", { type: "button", id: "act-help", "aria-haspopup": "dialog", onClick: () => start("help") }, t("act_help")),
      h("label", { for: "language", class: "unseen" }, t("language")),
      h("select", { id: "language", value: language(), onChange: (event) => speak(event.target.value).then(() => change({})) },
        Object.entries(LANGUAGES).map(([code, name]) => h("option", { key: code, value: code, lang: code }, name))),
      h("button", { type: "button", onClick: goOut }, t("sign_out", { name: state.me.agent }))));
}

function Page() {
  if (state.phase === "starting") return h("main", { class: "door", "aria-busy": "true" }, h("h1", null, t("desk_title")), h("p", null, t("loading")));
  if (state.phase === "out") return h(SignIn, { entered: enter });
  return [
    h("a", { class: "skip", href: state.key ? "#who" : "#list-title", onClick: skip }, t(state.key ? "skip" : "skip_to_list")),
    h(Header),
    h("main", { class: state.key ? "opened" : "" }, h(WaitingList, { open }), h(Conversation, { leave, open })),
    state.dialog && h(Dialog, { key: state.dialog.name, name: state.dialog.name }),
  ];
}

function skip(event) {
  event.preventDefault();
  (document.getElementById("who") || document.getElementById("list-title")).focus();
}

// An element that moves loses focus to nobody; it gets it back, and where it is gone, the heading above it does.
let drawnPhase = "";
function draw() {
  const focused = document.activeElement;
  const isShutOut = state.phase === "out" && drawnPhase !== "out";
  drawnPhase = state.phase;
  const left = focused?.closest?.("#list") ? "list-title" : focused?.closest?.("#conversation") && "who";
  render(h(Page), document.getElementById("desk"));
  badge();
  if (isShutOut) document.getElementById("username").focus();
  if (!focused || focused === document.body || document.activeElement === focused) return;
  if (focused.isConnected) focused.focus({ preventScroll: true });
  else if (left) document.getElementById(left)?.focus({ preventScroll: true });
}

// Where the team's news of the week leads.
const REPORT = "report";

// A hand-off's link names the conversation by its id, the page's own address by its key.
function keyInAddress() {
  let named = location.pathname.replace(/^\/desk\/?/, "");
  if (named === REPORT) return null;
  try {
    named = decodeURIComponent(named);
  } catch {
    return null;
  }
  // What is no key leads nowhere, least of all to another place of the API.
  if (!named.includes("#")) return /^[\w-]+$/.test(named) ? named : null;
  const bytes = String.fromCharCode(...new TextEncoder().encode(named));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function open(key, { isNew = true } = {}) {
  if (isNew && key !== state.key) history.pushState(null, "", `/desk/${key}`);
  if (key !== state.key) change({ key, story: null, problem: null });
  change({ storyProblem: null });
  document.getElementById("who")?.focus();
  try {
    await readStory(key);
  } catch (problem) {
    if (state.key === key) change({ storyProblem: problem });
  }
}

function leave({ isNew = true } = {}) {
  const { key } = state;
  if (isNew) history.pushState(null, "", "/desk");
  change({ key: null, story: null, storyProblem: null, problem: null });
  (document.querySelector(`[data-row="${CSS.escape(key)}"]`) || document.getElementById("list-title"))?.focus();
}

function follow() {
  const key = keyInAddress();
  if (key && key !== state.key) open(key, { isNew: false });
  else if (!key && state.key) leave({ isNew: false });
}

async function enter() {
  stopLooking();
  const before = state.me;
  const { told } = await read("/desk/api/me");
  // Another agent finds nothing of what the one before was writing.
  if (before && before.agent !== told.agent) state.drafts.clear();
  state.me = told;
  await speak();
  change({ phase: "in", isSessionOver: false, problem: null, rows: null, dialog: null });
  lookAgain();
  const key = keyInAddress();
  if (key) open(key, { isNew: false });
  else document.getElementById("list-title").focus();
  if (isLead() && location.pathname === `/desk/${REPORT}`) start("report");
}

async function goOut() {
  stopLooking();
  await signOut();
  history.pushState(null, "", "/desk");
  change({ phase: "out", me: null, rows: null, key: null, story: null, dialog: null, isSessionOver: false, problem: null });
}

async function begin() {
  drawWith(draw);
  await speak();
  draw();
  listen({ leave });
  window.addEventListener("beforeunload", (event) => [...state.drafts.values()].some(hasWords) && event.preventDefault());
  window.addEventListener("popstate", () => state.phase === "in" && follow());
  try {
    await resume();
    await enter();
  } catch (problem) {
    const isOut = problem.status === 401;
    change({ phase: "out", isSessionOver: false, problem: isOut ? null : problem });
  }
  document.body.dataset.ready = "yes";
}

begin();
