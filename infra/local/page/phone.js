"use strict";

// Everything shown came from outside at some point: it is put on the page as text, never as HTML.

const MOMENTS = { now: "Now", open: "While we are open", evening: "An evening", holiday: "A public holiday" };
const EVERY_MS = 700;

const $ = (id) => document.getElementById(id);
let shown = { bubbles: "", queue: "", wire: "", who: "" };
let chosen = "messenger";
let zone = "UTC";

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function trouble(sentence) {
  $("trouble").textContent = sentence;
  $("trouble").hidden = !sentence;
}

async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

// One after the other: what is written right after the clock was changed is written at the new time.
let acting = Promise.resolve();
function attempt(work) {
  acting = acting.then(() => tried(work));
  return acting;
}

async function tried(work) {
  try {
    trouble("");
    return await work();
  } catch (error) {
    trouble(error.message);
    return undefined;
  } finally {
    await refresh();
  }
}

function person() {
  return PEOPLE[Number($("contact").value)] || PEOPLE[0];
}

function channel() {
  return chosen;
}

// Messenger's webhooks name nobody, and Instagram's tell a user name; the page knows its own customers. In public the
// post stands before the person.
function nameOf(contactId) {
  const id = contactId.split("/").pop();
  return PEOPLE.find((one) => Object.values(one).includes(id))?.name;
}

function who() {
  return { channel: channel(), contact: person()[CHANNELS[channel()].id], name: person().name };
}

function when(iso) {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(iso));
}

function waited(ms) {
  return ms < 10000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms / 1000)} s`;
}

// --- the phone -------------------------------------------------------------------------------------

function bubble(message, isLast) {
  const item = element("li", undefined, `bubble ${message.author}`);
  item.dataset.id = message.id;
  item.tabIndex = -1;
  if (message.subject) item.append(element("strong", message.subject));
  item.append(element("span", message.text));
  const notes = [when(message.at)];
  if (message.after_ms !== null) notes.push(`after ${waited(message.after_ms)}`);
  if (message.about) notes.push("in private, about a comment");
  if (message.by) notes.push(`by ${message.by}`);
  item.append(element("small", notes.join(", ")));
  if (message.buttons.length && isLast) item.append(replies(message));
  return item;
}

function replies(message) {
  const row = element("div", undefined, "replies");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Answers to tap");
  for (const button of message.buttons) {
    const made = element("button", button.title);
    made.type = "button";
    made.addEventListener("click", () => attempt(() => tap(message, button)));
    row.append(made);
  }
  return row;
}

function tap(message, button) {
  // Messenger fills these two from the person's own profile: title and payload are what they gave.
  const own = { user_email: person().email, user_phone_number: `+${person().whatsapp}` }[button.kind];
  return call("/api/messages", { ...who(), kind: button.kind === "list" ? "choose" : "tap", text: own || button.title, payload: own || button.payload, about: message.id });
}

function showPlace(state) {
  const now = JSON.stringify([who(), state.bubbles, state.posts]);
  if (now === shown.bubbles) return;
  shown.bubbles = now;
  const switched = shown.who !== who().channel + who().contact;
  shown.who = who().channel + who().contact;
  view().show(state, switched);
}

function view() {
  return VIEWS[CHANNELS[channel()].view || "chat"];
}

function showBubbles(bubbles, switched) {
  const list = $("bubbles");
  if (switched) list.replaceChildren();
  // Only what is new is added, so that a screen reader reads out just that.
  while (list.children.length > bubbles.length) list.lastChild.remove();
  list.querySelectorAll(".replies").forEach((old) => old.remove());
  bubbles.slice(list.children.length).forEach((message) => list.append(bubble(message, false)));
  const last = bubbles[bubbles.length - 1];
  if (last && last.buttons.length) list.lastChild.append(replies(last));
  list.scrollTop = list.scrollHeight;
}

// --- the team --------------------------------------------------------------------------------------

function facts(message) {
  const told = message.acknowledgement;
  const rows = [
    ["Acknowledgement", `${told.kind}, ${told.state}${told.reason ? `: ${told.reason}` : ""}`],
    ["Was told", told.text || "nothing"],
  ];
  const line = message.public_line;
  if (line) rows.push(["In public", line.text || `nothing, ${line.state}${line.reason ? `: ${line.reason}` : ""}`]);
  if (told.promised_by) rows.push(["Promised by", when(told.promised_by)]);
  rows.push(["Waiting", `${message.waiting_count}, the last from ${when(message.last_message_at)}`]);
  if (message.reply_window_closes_at) rows.push(["Answer until", when(message.reply_window_closes_at)]);
  if (message.follow_up) {
    const consent = message.follow_up.consent;
    rows.push(["Chose", message.follow_up.choice + (consent ? `: ${consent.address}` : "") + (message.follow_up.reference ? ` (${message.follow_up.reference})` : "")]);
  }
  if (message.preview) rows.push(["Preview", message.preview]);
  rows.push(["Revision", String(message.revision)]);
  rows.push(["Desk", message.desk]);
  return rows;
}

function card(message) {
  const made = $("card").content.cloneNode(true).firstElementChild;
  const name = nameOf(message.contact.id) || message.contact.display_name || message.contact.id;
  const title = (channel) => CHANNELS[channel]?.title || channel;
  const via = message.via ? `, now on ${title(message.via)}` : "";
  made.querySelector("h3").textContent = `${name} on ${title(message.channel)}${via}: ${message.kind}`;
  made.querySelector(".reasons").textContent = message.priority.reasons.join(" ");
  for (const [term, detail] of facts(message)) {
    made.querySelector("dl").append(element("dt", term), element("dd", detail));
  }
  made.querySelector("code").textContent = message.conversation_id;
  made.querySelectorAll("button").forEach((button) => {
    button.dataset.key = `${button.dataset.do} ${message.conversation_id}`;
    button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    button.addEventListener("click", () => act(button.dataset.do, message.conversation_id));
  });
  return made;
}

function act(what, conversation) {
  if (what === "copy") return attempt(() => navigator.clipboard.writeText(conversation));
  $("desk").src = `/desk/${encodeURIComponent(conversation)}`;
  $("desk").focus();
  return undefined;
}

function showPeople(people) {
  const sentence = `Sign in as ${people.map((one) => `${one.name}, ${one.group}, with ${one.password}`).join("; or as ")}.`;
  if ($("sign-in").textContent !== sentence) $("sign-in").textContent = sentence;
}

function showQueue(state) {
  const now = JSON.stringify(state.queue);
  if (now === shown.queue) return;
  shown.queue = now;
  const focused = document.activeElement && document.activeElement.dataset.key;
  const inOrder = [...state.queue].reverse();
  $("queue").replaceChildren(...inOrder.map(card));
  $("queue-count").textContent = state.queue.length === 0
    ? "Nobody waits yet. Write something on the phone."
    : `${state.queue.length} conversation${state.queue.length > 1 ? "s" : ""}, ${state.queue_length} message${state.queue_length > 1 ? "s" : ""} in the queue. The command line shows them, too: nightbell queue peek`;
  if (focused) [...$("queue").querySelectorAll("button")].find((button) => button.dataset.key === focused)?.focus();
}

function showWire(deliveries) {
  const now = JSON.stringify(deliveries);
  if (now === shown.wire) return;
  shown.wire = now;
  $("wire").replaceChildren(...[...deliveries].reverse().map((delivery) => {
    const answers = delivery.attempts.map((one) => `${one.status || "no answer"} in ${one.ms} ms`).join(", then ");
    const line = element("li", `${delivery.what}: ${delivery.bytes} bytes, ${answers}${delivery.given_up ? ", given up" : ""}`);
    const last = delivery.attempts[delivery.attempts.length - 1];
    if (last && last.status !== 200) line.className = "failed";
    return line;
  }));
}

// --- the places ------------------------------------------------------------------------------------

function tabs() {
  return [...$("places").querySelectorAll("[role=tab]")].filter((tab) => !tab.hidden);
}

function makeTabs() {
  for (const [name, place] of Object.entries(CHANNELS)) {
    const tab = element("button", place.title);
    tab.type = "button";
    tab.id = `tab-${name}`;
    tab.dataset.channel = name;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "place");
    tab.addEventListener("click", () => choose(name));
    $("places").append(tab);
  }
  $("places").addEventListener("keydown", walkTabs);
}

function walkTabs(event) {
  const all = tabs();
  const at = all.findIndex((tab) => tab.dataset.channel === channel());
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = all[(to + all.length) % all.length];
  next.focus();
  choose(next.dataset.channel);
}

function markTabs() {
  for (const tab of $("places").querySelectorAll("[role=tab]")) {
    const isChosen = tab.dataset.channel === channel();
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
  $("place").setAttribute("aria-labelledby", `tab-${channel()}`);
  const { hasSubject, kinds } = CHANNELS[channel()];
  for (const { list } of Object.values(VIEWS)) $(list).hidden = list !== view().list;
  $("about-what").hidden = !hasSubject;
  $("telephone").hidden = view() !== VIEWS.call;
  $("kind").replaceChildren(...kinds.map((kind) => new Option(kindTitle(channel(), kind), kind)));
}

function choose(name) {
  chosen = name;
  aim(null);
  markTabs();
  return refresh();
}

function showTabs(accounts) {
  const there = new Set(accounts.map((account) => account.channel));
  for (const tab of $("places").querySelectorAll("[role=tab]")) tab.hidden = !there.has(tab.dataset.channel);
}

// --- the clock and the rest ------------------------------------------------------------------------

function showClock(clock) {
  zone = clock.zone;
  const why = clock.why ? `, ${clock.why}` : "";
  const sentence = `${when(clock.now)} in ${clock.zone}: ${clock.open ? "open" : "closed"}${why}`;
  if ($("clock").textContent !== sentence) $("clock").textContent = sentence;
  document.querySelectorAll(".moments button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.moment === clock.moment));
    button.disabled = button.dataset.moment !== "now" && !(button.dataset.moment in clock.moments);
  });
}

async function refresh() {
  try {
    const asked = JSON.stringify(who());
    const state = await call(`/api/state?${new URLSearchParams(who())}`);
    if (asked !== JSON.stringify(who())) return; // another place was chosen meanwhile, and is asked for already
    showTabs(state.accounts);
    showClock(state.clock);
    showPeople(state.people);
    showPlace(state);
    showQueue(state);
    showWire(state.deliveries);
    document.body.dataset.ready = "yes";
  } catch (error) {
    trouble(`The local cloud does not answer: ${error.message}`);
  }
}

async function keepLooking() {
  if (!document.hidden) await refresh();
  setTimeout(keepLooking, EVERY_MS);
}

function somebodyNew() {
  const number = String(Date.now()).slice(-9);
  PEOPLE.push(somebody(`Customer ${number}`, `customer${number}`, number));
  $("contact").append(new Option(`Customer ${number}`, String(PEOPLE.length - 1)));
  $("contact").value = String(PEOPLE.length - 1);
  choose(channel());
}

function send(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  const kind = target && target.mode === "edit" ? "edit" : $("kind").value;
  if (["text", "edit", "post"].includes(kind) && !text) return;
  const about = target ? target.id : kind === "reaction" ? lastId() : "";
  const copies = $("twice").checked ? 2 : 1;
  const whose = who();
  const subject = CHANNELS[channel()].hasSubject ? $("subject").value.trim() : "";
  $("text").value = "";
  $("text").focus();
  aim(null);
  attempt(() => call("/api/messages", { ...whose, kind, text, subject, copies, about }));
}

function lastId() {
  const [, bubbles] = JSON.parse(shown.bubbles || "[null, []]");
  return bubbles.length ? bubbles[bubbles.length - 1].id : "";
}

function start() {
  makeTabs();
  makeTelephone();
  markTabs();
  PEOPLE.forEach((one, place) => $("contact").append(new Option(one.name, String(place))));
  for (const [moment, name] of Object.entries(MOMENTS)) {
    const button = element("button", name);
    button.type = "button";
    button.dataset.moment = moment;
    button.addEventListener("click", () => attempt(() => call("/api/clock", { moment })));
    document.querySelector(".moments").append(button);
  }
  $("contact").addEventListener("change", () => choose(channel()));
  $("untarget").addEventListener("click", () => { aim(null); $("text").focus(); });
  $("stranger").addEventListener("click", somebodyNew);
  $("compose").addEventListener("submit", send);
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("compose").requestSubmit();
    }
  });
  keepLooking();
}

start();
