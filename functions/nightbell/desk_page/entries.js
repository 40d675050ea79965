// The whole story in the order of time: what the customer wrote, what was sent and what became of it, what people did.

import { Component, createRef, h } from "./preact.js";
import { shown, shownInLine } from "./safe_text.js";
import { state } from "./state.js";
import { Time, when } from "./when.js";
import { named, t } from "./words.js";

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
  const kind = entry.kind.split(".").pop();
  return h("li", { class: `entry theirs${entry.waits ? " waits" : ""}` },
    h("p", { class: "head" }, h("strong", null, t("customer")), " ", h(Time, { at: entry.at, zone }),
      !["message", "text"].includes(kind) && ` · ${kind.replaceAll("_", " ")}`,
      entry.waits && h("span", { class: "badge" }, t("waits"))),
    entry.is_blank && h("p", { class: "hint" }, t("blank")),
    entry.text && h(Words, { text: entry.text }),
    entry.attachments.map((attachment, place) => h(Attachment, { key: place, attachment })));
}

function linkOf(reference) {
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
  const url = linkOf(attachment.reference);
  const words = [named("attachment", attachment.kind), " ", attachment.detail && shownInLine(attachment.detail)];
  return h("p", { class: "attachment" }, url ? h(Outside, { url }, t("open_attachment"), " ", words) : words);
}

function Sent({ entry, zone }) {
  const who = entry.by ? shownInLine(entry.by) : t("automatic");
  const place = named("channel", entry.via || state.story.via || state.story.channel);
  return h("li", { class: `entry ours${entry.by ? " person" : ""}` },
    h("p", { class: "head" }, h("strong", null, who), " ", h(Time, { at: entry.at, zone }), ` · ${named("unit", entry.kind)} · `,
      t(entry.is_public ? "in_public" : "in_private", { place })),
    entry.text && h(Words, { text: entry.text }),
    h("p", { class: `became ${entry.state}` }, named("state", entry.state, entry.became),
      entry.promised_by && ` · ${t("promised_by", { at: when(entry.promised_by, zone) })}`,
      entry.reason && h("span", { lang: "en" }, ` · ${entry.reason}`)));
}

function Act({ entry, zone }) {
  return h("li", { class: "entry act" },
    h("p", { class: "head" }, h(Time, { at: entry.at, zone }), " ", shownInLine(entry.by), ": ", named("did", entry.did)),
    entry.what && h(Words, { text: entry.what }));
}

const BY_TYPE = { message: Message, sent: Sent, act: Act };
