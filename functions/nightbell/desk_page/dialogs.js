// What an act asks before it is done. The browser's own dialog keeps focus inside and gives Escape its meaning.

import { finish, handOver, loadColleagues, note, promise, snooze, wordsFor } from "./acts.js";
import { Objected } from "./compose.js";
import { SHORTCUTS, areOn, switchKeys } from "./keys.js";
import { Component, createRef, h } from "./preact.js";
import { Report, loadReport } from "./report.js";
import { change, state } from "./state.js";
import { momentOf, soonField, tomorrowField } from "./when.js";
import { t } from "./words.js";

export class Dialog extends Component {
  box = createRef();

  componentDidMount() {
    this.opener = state.dialog.opener;
    this.box.current.showModal();
    if (state.dialog.name === "hand_over") loadColleagues();
    if (state.dialog.name === "report") loadReport();
  }

  // Back to where it was opened from, or to what stands there instead.
  // The browser tells of closing a moment later: by then another dialog may be open, which is not meant.
  closed = () => {
    if (!this.isGone) close();
  };

  componentWillUnmount() {
    this.isGone = true;
    const { opener } = this;
    queueMicrotask(() => {
      const there = opener?.isConnected && opener !== document.body ? opener : document.getElementById("who");
      if (!document.activeElement || document.activeElement === document.body) there?.focus();
    });
  }

  // Whoever fills it in does not read what comes behind it.
  openedAt = Date.now();

  // Tried again as it was, an act is the same one; whatever is changed makes it another.
  request = crypto.randomUUID();

  change = () => {
    this.request = crypto.randomUUID();
  };

  submit = async (event) => {
    event.preventDefault();
    const field = Object.fromEntries(new FormData(event.target));
    if (await SENDS[this.props.name](field, state.story, this.request, this.openedAt)) close();
  };

  render({ name }) {
    return h("dialog", { ref: this.box, class: name, "aria-labelledby": "dialog-title", onClose: this.closed },
      h("h2", { id: "dialog-title" }, t(`act_${name}`)),
      name in SHOWS ? h(SHOWS[name], { close }) : h("form", { onSubmit: this.submit, onInput: this.change },
        h(FIELDS[name], { story: state.story }),
        state.problem?.objections.length > 0 && h(Objected, { objections: state.problem.objections }),
        h("p", { role: "alert", class: "problem" }, state.problem && !state.problem.objections.length ? wordsFor(state.problem) : ""),
        h("p", { class: "acts" },
          h("button", { type: "submit", class: "main" }, t(`do_${name}`)),
          h("button", { type: "button", onClick: close }, t("cancel")))));
  }
}

function close() {
  if (state.dialog) change({ dialog: null, problem: null });
}

const SENDS = {
  promise: ({ at, text, override }, story, request, from) => promise(request, momentOf(at, story.zone), text.trim(), override, from),
  note: ({ text }) => note(text.trim()),
  hand_over: ({ to }, story, request, from) => handOver(to, from),
  snooze: ({ until }, story, request, from) => snooze(momentOf(until, story.zone), from),
  finish: ({ how, by }, story, request, from) => finish(how, how === "resolved_elsewhere" ? by : undefined, from),
};

const SHOWS = { help: Help, report: Report };

const FIELDS = { promise: Promise_, note: Note, hand_over: HandOver, snooze: Snooze, finish: Finish };

function Moment({ name, label, zone, start, quick }) {
  const set = (value) => { document.getElementById(name).value = value; };
  return h("div", null,
    h("p", { class: "field" }, h("label", { for: name }, label, ` (${zone})`),
      h("input", { id: name, name, type: "datetime-local", required: true, defaultValue: start, min: soonField(0, zone) })),
    h("p", { class: "acts" }, quick.map(([words, value]) => h("button", { key: words, type: "button", onClick: () => set(value) }, words))));
}

function Promise_({ story }) {
  const quick = [30, 60, 120].map((minutes) => [t("in_minutes", { n: minutes }), soonField(minutes, story.zone)]);
  return [
    h(Moment, { name: "at", label: t("by_when"), zone: story.zone, start: soonField(60, story.zone), quick }),
    h("p", { class: "field" }, h("label", { for: "promise-text" }, t("promise_words")), h("textarea", { id: "promise-text", name: "text", rows: 2, maxlength: 1000 })),
  ];
}

function Note() {
  return h("p", { class: "field" }, h("label", { for: "note-text" }, t("note_words")), h("textarea", { id: "note-text", name: "text", rows: 4, required: true, maxlength: 1000 }));
}

function HandOver() {
  if (!state.colleagues) return h("p", { class: "hint" }, t("loading"));
  if (!state.colleagues.length) return h("p", { class: "hint" }, t("no_colleagues"));
  return h("p", { class: "field" }, h("label", { for: "to" }, t("to_whom")),
    h("select", { id: "to", name: "to", required: true }, state.colleagues.map((one) => h("option", { key: one }, one))));
}

function Snooze({ story }) {
  const quick = [[t("in_minutes", { n: 60 }), soonField(60, story.zone)], [t("tomorrow_morning"), tomorrowField(story.zone)]];
  return [h("p", { class: "hint" }, t("snooze_hint")), h(Moment, { name: "until", label: t("until_when"), zone: story.zone, start: soonField(60, story.zone), quick })];
}

function Finish({ story }) {
  const hows = ["answered", "resolved_elsewhere", "no_answer_needed"];
  return [
    h("fieldset", null, h("legend", null, t("finish_how")), hows.map((how, place) => h("label", { key: how, class: "tick" },
      h("input", { type: "radio", name: "how", value: how, defaultChecked: !place }), t(`how_${how}`)))),
    h("p", { class: "field" }, h("label", { for: "by" }, t("resolved_by")),
      h("select", { id: "by", name: "by" }, story.may.done_by.map((way) => h("option", { key: way, value: way }, t(`way_${way}`))))),
    !story.consent && h("p", { class: "hint" }, t("no_consent_hint")),
  ];
}

function Help() {
  return h("div", null,
    h("label", { class: "tick" }, h("input", { type: "checkbox", checked: areOn(), onChange: (event) => switchKeys(event.target.checked) }), t("keys_on")),
    h("table", null, h("caption", null, t("keys_caption")), h("thead", null, h("tr", null, h("th", { scope: "col" }, t("key")), h("th", { scope: "col" }, t("does")))),
      h("tbody", null, SHORTCUTS.map(([key, words]) => h("tr", { key }, h("td", null, h("kbd", null, key)), h("td", null, t(words)))))),
    h("p", { class: "acts" }, h("button", { type: "button", class: "main", onClick: close }, t("close"))));
}
