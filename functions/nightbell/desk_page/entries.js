// The whole story in the order of time: what the customer wrote, what was sent and what became of it, what people did.

import { Component, createRef, h } from "./preact.js";
import { shown, shownInLine } from "./safe_text.js";
import { state } from "./state.js";
import { Time, promised } from "./when.js";
import { has, named, t } from "./words.js";

const LONG = 1500;
const LONG_LINES = 25;

export class Entries extends Component {
  list = createRef();

  componentDidMount() {
    this.toTheEnd();
  }

  componentDidUpdate(before) {
    if (before.story.entries.length < this.props.story.entries.length) this.toTheEnd();
  }

  toTheEnd() {
    const list = this.list.current;
    list.scrollTop = list.scrollHeight;
  }

  render({ story }) {
    return h("ol", { ref: this.list, class: "entries", tabIndex: 0, "aria-label": t("story") },
      story.left_out > 0 && h("li", { key: "left", class: "hint" }, t("left_out", { n: story.left_out })),
      story.entries.map((entry) => h(BY_TYPE[entry.type], { key: keyOf(entry), entry, zone: story.zone })));
  }
}

function keyOf(entry) {
  if (entry.type === "message") return `m${entry.number}`;
  return entry.type === "sent" ? entry.id : `${entry.at}${entry.by}${entry.did}`;
}

// A text of any length, the beginning of it first.
class Words extends Component {
  render({ text }, { isWhole }) {
    const cut = cutAt(text);
    const isCut = cut < text.length && !isWhole;
    return h("div", null,
      h("p", { class: "words", dir: "auto" }, shown(isCut ? text.slice(0, cut) : text), isCut && "…"),
      isCut && h("button", { type: "button", onClick: () => this.setState({ isWhole: true }) }, t("show_all", { n: text.length })));
  }
}

function cutAt(text) {
  let lines = 0;
  for (let at = 0; at < Math.min(text.length, LONG); at += 1) {
    if (text[at] === "\n" && (lines += 1) === LONG_LINES) return at;
  }
  if (text.length <= LONG) return text.length;
  // Never through the middle of a character.
  return LONG - (/[\ud800-\udbff]/.test(text[LONG - 1]) ? 1 : 0);
}

function Message({ entry, zone }) {
  const [platform, kind] = [entry.kind.split(".")[0], entry.kind.split(".").pop()];
  const isNotice = platform === "nightbell"; // our own word in the story, where an answer did not arrive
  return h("li", { class: `entry ${isNotice ? "act" : "theirs"}${entry.waits ? " waits" : ""}` },
    h("p", { class: "head" }, h("strong", null, t(isNotice ? "notice" : "customer")), " ", h(Time, { at: entry.at, zone }),
      !["message", "text", "notice"].includes(kind) && ` · ${kind.replaceAll("_", " ")}`,
      entry.waits && h("span", { class: "badge" }, t("waits"))),
    entry.is_blank && h("p", { class: "hint" }, t("blank")),
    entry.text && h(Words, { text: entry.text }),
    entry.attachments.map((attachment, place) => h(Attachment, { key: place, attachment })));
}

export function linkOf(reference) {
  try {
    const url = new URL(reference);
    return url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

export function Outside({ url, children }) {
  return h("a", { href: url.href, target: "_blank", rel: "noreferrer noopener" }, children, ` (${url.host}, ${t("new_tab")})`);
}

function Attachment({ attachment }) {
  // Only what the platform itself says of where a message stands is taken for an address.
  const stands = attachment.kind === "permalink" ? linkOf(attachment.detail) : null;
  const url = stands || linkOf(attachment.reference);
  const words = [named("attachment", attachment.kind), " ", !stands && attachment.detail && shownInLine(attachment.detail)];
  return h("p", { class: "attachment" }, url ? h(Outside, { url }, t("open_attachment"), " ", words) : words);
}

const SILENT = new Set(["hand_off", "undecided"]);

// Many texts serve one end.
function unitOf(kind) {
  if (/^(receipt|redirect|emergency)/.test(kind)) return "acknowledgement";
  if (/^(choice|ask|consent|opted)_/.test(kind)) return "answer";
  return kind.replace(/^(public|voicemail)_.*/, "$1");
}

function Sent({ entry, zone }) {
  const isSilent = SILENT.has(entry.kind);
  const who = entry.by ? shownInLine(entry.by) : t("automatic");
  const place = named("channel", entry.via || state.story.via || state.story.channel);
  return h("li", { class: `entry ours${entry.reached ? "" : " unsent"}` },
    h("p", { class: "head" }, h("strong", null, who), " ", h(Time, { at: entry.at, zone }), ` · ${named("unit", unitOf(entry.kind))}`,
      !isSilent && [" · ", t(entry.is_public ? "in_public" : "in_private", { place })]),
    entry.text && h(Words, { text: entry.text }),
    h("p", { class: `became ${entry.state}` }, isSilent ? t("nothing_sent") : named("state", entry.state, entry.became),
      entry.promised_by && ` · ${t("promised_by", { at: promised(entry.promised_by, zone) })}`,
      entry.reason && h("span", { lang: has(`why_${entry.reason_code}`) ? undefined : "en" }, " · ", named("why", entry.reason_code, entry.reason))));
}

// What belongs in the sentence of an act; whatever else was said stands below it.
const IN_SENTENCE = {
  hand_over: (what) => shownInLine(what),
  snooze: (what, zone) => h(Time, { at: what, zone }),
  done: (what) => {
    const [how, by] = what.split(" by ");
    return `(${named("how", how)}${by ? `, ${named("way", by)}` : ""})`;
  },
};

function Act({ entry, zone }) {
  const within = entry.what && IN_SENTENCE[entry.did];
  return h("li", { class: "entry act" },
    h("p", { class: "head" }, h(Time, { at: entry.at, zone }), " ", shownInLine(entry.by), ": ", named("did", entry.did), within && [" ", within(entry.what, zone)]),
    entry.what && !within && h(Words, { text: entry.what }));
}

const BY_TYPE = { message: Message, sent: Sent, act: Act };
