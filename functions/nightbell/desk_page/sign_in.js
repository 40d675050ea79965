// Signing in: also again, where a session is over and a draft waits.

import { signIn } from "./api.js";
import { h } from "./preact.js";
import { change, state } from "./state.js";
import { t } from "./words.js";

function field(name, label, options) {
  return h("p", { class: "field" }, h("label", { for: name }, label), h("input", { id: name, name, required: true, ...options }));
}

export function SignIn({ entered }) {
  const problem = state.problem;
  const fresh = state.needsNewPassword;
  return h("main", { class: "door" }, h("h1", null, t("desk_title")),
    state.isSessionOver && h("p", null, t("session_over")),
    h("form", { onSubmit: (event) => submit(event, entered), "aria-describedby": "door-problem" },
      field("username", t("username"), { autocomplete: "username", autocapitalize: "none", spellcheck: false, maxlength: 128 }),
      field("password", t("password"), { type: "password", autocomplete: "current-password", maxlength: 256 }),
      fresh && field("new_password", t("new_password"), { type: "password", autocomplete: "new-password", minlength: 12, maxlength: 256 }),
      fresh && h("p", { class: "hint" }, t("new_password_rule")),
      h("p", { id: "door-problem", role: "alert", class: "problem" }, problem ? wordsFor(problem) : ""),
      h("button", { type: "submit", class: "main", disabled: state.isBusy }, t("sign_in"))));
}

function wordsFor(problem) {
  if (problem.code === "sign_in_failed") return t("sign_in_failed");
  if (problem.code === "new_password_needed") return t("new_password_needed");
  if (problem.code === "offline") return t("problem_offline");
  return problem.status === 429 ? t("problem_throttled") : problem.message || t("problem_unavailable");
}

async function submit(event, entered) {
  event.preventDefault();
  const form = event.target;
  const words = Object.fromEntries(new FormData(form));
  change({ isBusy: true, problem: null });
  try {
    const session = await signIn(words);
    change({ needsNewPassword: false });
    await entered(session);
  } catch (problem) {
    const needed = problem.code === "new_password_needed";
    change({ problem, needsNewPassword: needed || state.needsNewPassword });
    form.querySelector(needed ? "#new_password" : "#password").focus();
  } finally {
    change({ isBusy: false });
  }
}
