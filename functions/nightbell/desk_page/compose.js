// The answer box: one for each place that the answer goes to, counted as that place counts.

import { answer, renewWhileWriting } from "./acts.js";
import { lengthOf } from "./measure.js";
import { h } from "./preact.js";
import { change, isMine, state } from "./state.js";
import { Countdown } from "./when.js";
import { has, named, t } from "./words.js";

const SHORTEST_REASON = 10;

function chosenOf(draft, ways) {
  const kept = (draft.chosen || []).filter((via) => ways.some((way) => way.via === via));
  return kept.length ? kept : ways.slice(0, 1).map((way) => way.via);
}

export function Compose({ story, draft }) {
  const ways = story.may.answer;
  if (!ways.length) return h("p", { class: "problem" }, t("no_way"));
  const chosen = chosenOf(draft, ways);
  const boxes = ways.filter((way) => chosen.includes(way.via));
  const texts = boxes.map((way) => ({ via: way.via, text: (draft.texts[way.via] || "").trim() }));
  const isReady = isMine(story) && !state.isBusy && boxes.every((way) => fits(way, draft.texts[way.via] || ""))
    && (!draft.objections.length || draft.reason.trim().length >= SHORTEST_REASON);
  const send = async (done) => {
    if (!isReady) return;
    const isSent = await answer(texts, done);
    document.getElementById(isSent ? "who" : draft.objections.length ? "override" : `answer-${boxes[0].via}`)?.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    send(true);
  };
  const keys = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return h("form", { class: "compose", onSubmit: submit, onKeyDown: keys, "aria-label": t("answer") },
    ways.length > 1 && h(Ways, { ways, chosen, draft }),
    boxes.map((way) => h(Box, { key: way.via, way, draft, story })),
    story.texts.length > 0 && h(Texts, { story, draft, via: boxes[0].via }),
    draft.objections.length > 0 && h(Objections, { draft }),
    h("div", { class: "acts" },
      h("button", { type: "submit", class: "main", disabled: !isReady }, t(draft.objections.length ? "send_anyway" : "send_and_finish")),
      h("button", { type: "button", disabled: !isReady, onClick: () => send(false) }, t("send_and_keep"))));
}

function fits(way, text) {
  return text.trim() !== "" && lengthOf(text.trim(), way.unit) <= way.most;
}

function nameOf(way) {
  const place = named("channel", way.via, way.label);
  return has(`channel_${way.via}`) || !way.label ? t(way.is_public ? "in_public" : "in_private", { place }) : way.label;
}

function Ways({ ways, chosen, draft }) {
  const toggle = (via, on) => {
    draft.chosen = ways.map((way) => way.via).filter((one) => (one === via ? on : chosen.includes(one)));
    makeAnother(draft);
    change({});
  };
  return h("fieldset", { class: "ways" }, h("legend", null, t("answer_where")),
    ways.map((way) => h("label", { key: way.via, class: "tick" },
      h("input", { type: "checkbox", checked: chosen.includes(way.via), onChange: (event) => toggle(way.via, event.target.checked) }), nameOf(way))));
}

// Another text, or another place, is another answer: what was objected to, and an earlier try, are not about it.
function makeAnother(draft) {
  draft.objections = [];
  draft.request = crypto.randomUUID();
}

function write(draft, via, text) {
  draft.texts[via] = text;
  makeAnother(draft);
  change({});
  renewWhileWriting();
}

function Box({ way, draft, story }) {
  const text = draft.texts[way.via] || "";
  const left = way.most - lengthOf(text.trim(), way.unit);
  const id = `answer-${way.via}`;
  return h("div", { class: "box" },
    h("label", { for: id }, t("answer"), ": ", nameOf(way), way.is_public && h("strong", { class: "badge" }, t("everybody_reads"))),
    h("textarea", { id, rows: 3, value: text, dir: "auto", "aria-describedby": `${id}-left`, "aria-invalid": left < 0 ? "true" : undefined, onInput: (event) => write(draft, way.via, event.target.value) }),
    h("p", { id: `${id}-left`, class: left < 0 ? "hint late" : "hint" },
      t(left < 0 ? "too_long" : "left", { n: Math.abs(left), unit: t(`count_${way.unit}`, { n: Math.abs(left) }) }),
      way.closes_at && [" · ", h(Countdown, { to: way.closes_at, zone: story.zone, left: "window_left", over: "window_over", soon: 3_600_000 })]));
}

function Texts({ story, draft, via }) {
  const insert = () => {
    const chosen = story.texts[Number(document.getElementById("prepared").value)];
    const box = document.getElementById(`answer-${via}`);
    const before = draft.texts[via] || "";
    write(draft, via, before.slice(0, box.selectionStart) + chosen.text + before.slice(box.selectionEnd));
    box.focus();
  };
  return h("p", { class: "field" }, h("label", { for: "prepared" }, t("prepared_texts")),
    h("select", { id: "prepared" }, story.texts.map((text, place) => h("option", { key: text.name, value: String(place) }, text.name))),
    h("button", { type: "button", onClick: insert }, t("insert")));
}

// Of what the desk found, its sentence quotes the words.
function wordsOf({ code, sentence }) {
  const found = /“(.+?)”/u.exec(sentence)?.[1] || "";
  return has(`objection_${code}`) ? t(`objection_${code}`, { found }) : h("span", { lang: "en" }, sentence);
}

export function Objected({ objections, value, onInput }) {
  return h("div", { class: "objections" },
    h("div", { role: "alert" }, h("p", null, t("before_it_leaves")),
      h("ul", null, objections.map((one) => h("li", { key: one.code }, wordsOf(one))))),
    h("p", { class: "field" }, h("label", { for: "override" }, t("override_reason")),
      h("input", { id: "override", name: "override", value, required: true, minlength: SHORTEST_REASON, maxlength: 300, onInput })));
}

function Objections({ draft }) {
  const reason = (event) => {
    draft.reason = event.target.value;
    change({});
  };
  return h(Objected, { objections: draft.objections, value: draft.reason, onInput: reason });
}
