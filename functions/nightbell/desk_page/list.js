// Who waits. The rows keep their elements while the list changes, so that focus stays where it is.

import { wordsFor } from "./acts.js";
import { Component, h } from "./preact.js";
import { lookAgain } from "./poll.js";
import { shownInLine } from "./safe_text.js";
import { change, isHeld, isMine, state } from "./state.js";
import { Countdown, Time, promised, when } from "./when.js";
import { has, language, named, t } from "./words.js";

export function WaitingList({ open }) {
  const rows = state.rows || [];
  return h("section", { id: "list", "aria-labelledby": "list-title" },
    h("h2", { id: "list-title", tabIndex: -1 }, t("waiting_title", { n: rows.length })),
    state.byHand.map((each) => h("p", { class: "hint" }, saidByHand(each))),
    h(Filters),
    state.listProblem && h(Trouble, { problem: state.listProblem }),
    state.rows === null && !state.listProblem && h("p", { class: "hint" }, t("loading")),
    state.rows && !rows.length && h("p", { class: "empty" }, state.brand ? t("empty_brand") : t("empty")),
    h("ol", { class: "rows" }, rows.map((row) => h(Row, { key: row.key, row, open, isOpen: row.key === state.key, held: heldOf(row), language: language() }))),
    state.more.length > 0 && h("p", { class: "hint" }, t("more_waiting", { brands: state.more.map(brandName).join(", ") })));
}

export function brandName(id) {
  return state.me.brands.find((brand) => brand.id === id)?.name || id;
}

function saidByHand({ brand, account_id: account, open, until, by, reason }) {
  const { zone } = state.me.brands.find((each) => each.id === brand) || state.me.brands[0];
  const whom = [brand ? brandName(brand) : t("all_brands"), account].filter(Boolean).join(" ");
  const values = { whom, time: when(until, zone), name: by };
  return [t(open ? "open_by_hand" : "closed_by_hand", values), " ", reason && shownInLine(reason)];
}

function Filters() {
  const brands = state.me.brands;
  return h("div", { class: "filters" },
    brands.length > 1 && h("p", { class: "field" },
      h("label", { for: "brand" }, t("brand")),
      h("select", { id: "brand", value: state.brand, onChange: (event) => narrow({ brand: event.target.value }) },
        h("option", { value: "" }, t("all_brands")),
        brands.map((brand) => h("option", { key: brand.id, value: brand.id }, brand.name)))),
    h("label", { class: "tick" },
      h("input", { type: "checkbox", id: "snoozed", checked: state.withSnoozed, onChange: (event) => narrow({ withSnoozed: event.target.checked }) }),
      t("show_snoozed", { n: state.snoozed })));
}

function narrow(patch) {
  change(patch);
  lookAgain();
}

function Trouble({ problem }) {
  return h("p", { class: "problem" },
    { offline: t("list_offline"), unavailable: t("list_problem") }[problem.code] || wordsFor(problem), " ",
    h("button", { type: "button", onClick: lookAgain }, t("try_again")));
}

// In this page, unless a tab of its own is asked for, as of any link.
export function follow(event, go) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go();
}

function heldOf(row) {
  if (!isHeld(row)) return "";
  return isMine(row) ? t("yours") : t("held_by", { name: row.held_by });
}

// Drawn again only where something of it is new: there may be hundreds, and whoever types would feel them.
class Row extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render({ row, open, isOpen, held }) {
    return h("li", null, h("a", {
      class: "row", href: `/desk/${row.key}`, "data-row": row.key, onClick: (event) => follow(event, () => open(row.key)),
      "aria-current": isOpen ? "true" : undefined,
    },
    h("span", { class: "who" }, shownInLine(row.contact.display_name || row.contact.id)),
    h("span", { class: "where" }, [named("channel", row.via || row.channel), state.me.brands.length > 1 && brandName(row.brand)].filter(Boolean).join(" · ")),
    h("span", { class: "what" }, named("kind", row.kind), " · ", t("messages_waiting", { n: row.waiting_count }), " · ", row.first_message_at && [t("since"), " ", h(Time, { at: row.first_message_at, zone: row.zone })]),
    h(Reasons, { row }),
    row.preview && h("span", { class: "preview" }, shownInLine(row.preview)),
    h(Clocks, { row }),
    held && h("span", { class: "held" }, held),
    row.snoozed_until && h("span", { class: "held" }, t("snoozed_until"), " ", h(Time, { at: row.snoozed_until, zone: row.zone }))));
  }
}

export function Reasons({ row }) {
  const { reasons, codes = [] } = row.priority;
  if (!reasons.length) return null;
  return h("span", { class: "reasons" }, reasons.map((sentence, place) => h("span", { key: place, lang: has(`reason_${codes[place]}`) ? undefined : "en" }, named("reason", codes[place], sentence), " ")));
}

export function Clocks({ row }) {
  const closes = row.person_window_closes_at || row.reply_window_closes_at;
  return h("span", { class: "clocks" },
    row.promised_by && h("span", null,
      h(Countdown, { to: row.promised_by, zone: row.zone, told: promised, left: "promise_left", over: "promise_over" }),
      row.promised_by_whom !== "automation" && [" (", shownInLine(row.promised_by_whom), ")"]),
    closes && h(Countdown, { to: closes, zone: row.zone, left: "window_left", over: "window_over", soon: 3_600_000 }));
}
