// The weekly report, for leads: one page in a frame of its own, where nothing runs and nothing is asked for.

import { wordsFor } from "./acts.js";
import { read } from "./api.js";
import { h } from "./preact.js";
import { change, state } from "./state.js";
import { language, t } from "./words.js";

// The last one asked for stands, whichever comes first.
let asked = 0;

export async function loadReport(brand = state.brand, week = "") {
  const mine = ++asked;
  change({ reportProblem: null });
  const query = new URLSearchParams({ ...(brand && { brand }), ...(week && { week }), language: language() });
  try {
    const { told } = await read(`/desk/api/report?${query}`);
    if (mine === asked) change({ report: told });
  } catch (problem) {
    if (mine === asked) change({ reportProblem: problem });
  }
}

function save({ brand, week, page }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  link.download = `${brand}-${week}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function Report({ close }) {
  const { report, reportProblem: problem } = state;
  const { brands } = state.me;
  return h("div", { class: "report" },
    brands.length > 1 && report && h("p", { class: "field" }, h("label", { for: "report-brand" }, t("brand")),
      h("select", { id: "report-brand", value: report.brand, onChange: (event) => loadReport(event.target.value, report.week) },
        brands.map((brand) => h("option", { key: brand.id, value: brand.id }, brand.name)))),
    h("p", { role: "alert", class: "problem" }, problem ? wordsFor(problem) : ""),
    h("p", { class: "acts" },
      report && h("button", { type: "button", onClick: () => loadReport(report.brand, report.before) }, t("report_before")),
      report && h("button", { type: "button", disabled: !report.after, onClick: () => loadReport(report.brand, report.after) }, t("report_after")),
      report && h("button", { type: "button", onClick: () => save(report) }, t("report_save")),
      h("button", { type: "button", class: "main", onClick: close }, t("close"))),
    !report && !problem && h("p", { class: "hint" }, t("loading")),
    report && h("iframe", { title: `${t("act_report")} ${report.week}`, sandbox: "", srcdoc: report.page }));
}
