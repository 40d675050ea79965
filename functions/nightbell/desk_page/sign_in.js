// Signing in: also again, where a session is over and a draft waits.

import { signIn } from "./api.js";
import { h } from "./preact.js";
import { change, state } from "./state.js";
import { named, t } from "./words.js";

function field(name, label, options) {
  return h("p", { class: "field" }, h("label", { for: name }, label), h("input", { id: name, name, required: true, ...options }));
}

export function SignIn({ entered }) {
  const problem = state.problem;
  const { needsNewPassword: fresh, needsCode } = state;
  return h("main", { class: "door" }, h("h1", null, t("desk_title")),
    state.isSessionOver && h("p", null, t("session_over")),
    h("form", { onSubmit: (event) => submit(event, entered), "aria-describedby": "door-problem" },
      field("username", t("username"), { autocomplete: "username", autocapitalize: "none", spellcheck: false, maxlength: 128 }),
      field("password", t("pass_label"), { type: "password", autocomplete: "current-password", maxlength: 256 }),
      fresh && field("new_password", t("new_pass_label"), { type: "password", autocomplete: "new-password", minlength: 12, maxlength: 256 }),
      fresh && h("p", { class: "hint" }, t("new_pass_rule")),
      needsCode && field("code", t("code"), { autocomplete: "one-time-code", inputmode: "numeric", pattern: "[0-9]{6}", maxlength: 6 }),
      h("p", { id: "door-problem", role: "alert", class: "problem" }, problem ? wordsFor(problem) : ""),
      h("button", { type: "submit", class: "main", disabled: state.isBusy }, t("sign_in"))));
}

function wordsFor(problem) {
  return named("problem", problem.code, problem.message || t("problem_unavailable"));
}

async function submit(event, entered) {
  event.preventDefault();
  const words = Object.fromEntries(new FormData(event.target));
  change({ isBusy: true, problem: null });
  try {
    const session = await signIn(words);
    change({ needsNewPassword: false, needsCode: false });
    await entered(session);
  } catch (problem) {
    const asks = { new_password_needed: "new_password", code_needed: "code" }[problem.code]; // pragma: allowlist secret
    change({ problem, needsNewPassword: asks === "new_password" || state.needsNewPassword, needsCode: asks === "code" || state.needsCode });
    document.getElementById(asks || "password")?.focus();
  } finally {
    change({ isBusy: false });
  }
}
