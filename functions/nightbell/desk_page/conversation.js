// One conversation: who it is, what there is to know, the whole story, and what can be done now.

import { release, take, wordsFor } from "./acts.js";
import { Compose } from "./compose.js";
import { Entries, Outside, linkOf } from "./entries.js";
import { Clocks, Reasons, brandName, follow } from "./list.js";
import { h } from "./preact.js";
import { shownInLine } from "./safe_text.js";
import { change, draftOf, hasWords, isHeld, isLead, isMine, state } from "./state.js";
import { Countdown, Time } from "./when.js";
import { named, t } from "./words.js";

export function Conversation({ leave, open }) {
  const { key, story, storyProblem } = state;
  if (!key) return h("section", { id: "conversation", class: "none", "aria-label": t("conversation") }, h("p", { class: "empty" }, t("choose_one")));
  return h("section", { id: "conversation", "aria-labelledby": "who" },
    h("p", { class: "back" }, h("button", { type: "button", onClick: leave }, t("back_to_list"))),
    h("h2", { id: "who", tabIndex: -1 }, story ? shownInLine(story.contact.display_name || story.contact.id) : t("conversation")),
    storyProblem && h("p", { class: "problem", role: "alert" }, wordsFor(storyProblem), " ",
      h("button", { type: "button", onClick: () => open(key) }, t("try_again"))),
    !story && !storyProblem && h("p", { class: "hint" }, t("loading")),
    story && h(Head, { story, open }),
    story && h(Entries, { key: story.key, story }),
    story && h(Foot, { story }));
}

function Head({ story, open }) {
  return h("div", { class: "about" },
    h("p", { class: "where" }, [named("channel", story.via || story.channel), story.account.name, brandName(story.brand), named("kind", story.kind), story.language].filter(Boolean).join(" · ")),
    h(Reasons, { row: story }), h(Clocks, { row: story }),
    h("details", null, h("summary", null, t("what_is_known")), h(Facts, { story, open })));
}

function Facts({ story, open }) {
  const rows = [
    story.opted_out && [t("opted_out"), t("opted_out_yes")],
    story.follow_up && [t("chose"), [named("choice", story.follow_up.choice), story.follow_up.reference && ` (${story.follow_up.reference})`]],
    story.consent && [t("consent"), [shownInLine(story.consent.address), " · ", h(Time, { at: story.consent.given_at, zone: story.zone }), h("q", null, shownInLine(story.consent.wording))]],
    story.may.call && [t("call"), h("a", { href: `tel:${story.may.call.replace(/[^\d+]/g, "")}` }, shownInLine(story.may.call))],
    story.may.mail && [t("mail"), h("a", { href: `mailto:${encodeURIComponent(story.may.mail)}` }, shownInLine(story.may.mail))],
    story.post_context && [t("post"), linkOf(story.post_context.url) ? h(Outside, { url: linkOf(story.post_context.url) }, t("open_post")) : shownInLine(story.post_context.post)],
    ...story.linked.map((other) => [t("linked"), h("a", { href: `/desk/${other.key}`, onClick: (event) => follow(event, () => open(other.key)) }, named("linked", other.code, other.how), other.waiting_count > 0 && ` (${t("messages_waiting", { n: other.waiting_count })})`)]),
    story.clock?.first_at && [t("first_answer"), h(Time, { at: story.clock.first_at, zone: story.zone })],
    typeof story.clock?.promise_kept === "boolean" && [t("promise"), t(story.clock.promise_kept ? "promise_kept" : "promise_broken")],
    typeof story.rated === "number" && [t("rated"), t("rated_of_ten", { n: story.rated })],
    [t("times_in"), story.zone],
    [t("id"), h("code", null, story.conversation_id)],
  ].filter(Boolean);
  return h("dl", null, rows.map(([term, detail], place) => [h("dt", { key: `t${place}` }, term), h("dd", { key: `d${place}` }, detail)]));
}

function Foot({ story }) {
  const draft = state.drafts.get(state.key);
  return h("div", { class: "foot" },
    h("p", { id: "trouble", role: "alert", class: "problem" }, state.problem ? wordsFor(state.problem) : ""),
    h(Holding, { story, keeps: hasWords(draft) }),
    (isMine(story) || hasWords(draft)) && h(Compose, { story, draft: draftOf(state.key) }),
    h(Acts, { story }));
}

function Holding({ story, keeps }) {
  if (isMine(story)) {
    return h("p", { class: "holding" }, h(Countdown, { to: story.held_until, zone: story.zone, left: "yours_left", over: "yours_over", soon: 300_000 }));
  }
  const isTaken = isHeld(story) && story.held_by !== state.me.agent;
  const words = isTaken ? t("held_by_until", { name: story.held_by }) : story.waiting_count ? t("nobody_holds") : t("nothing_waits");
  return h("p", { class: "holding" }, words, isTaken && [" ", h(Time, { at: story.held_until, zone: story.zone })], keeps && ` ${t("draft_kept")}`);
}

export function actsNow(story) {
  if (!story) return [];
  if (isMine(story)) return ["promise", "note", "hand_over", "snooze", "finish", "release"];
  if (isHeld(story) && story.held_by !== state.me.agent) return isLead() ? ["note", "hand_over"] : ["note"];
  return story.waiting_count ? ["take", "note"] : ["note"];
}

const AT_ONCE = { take, release };

export function start(name) {
  if (name in AT_ONCE) return AT_ONCE[name]();
  return change({ dialog: { name, opener: document.activeElement }, problem: null });
}

function Acts({ story }) {
  return h("div", { class: "acts", role: "group", "aria-label": t("acts") }, actsNow(story).map((name) => h("button", {
    key: name, type: "button", id: `act-${name}`, class: name === "take" ? "main" : "", onClick: () => start(name),
    "aria-haspopup": name in AT_ONCE ? undefined : "dialog",
  }, t(`act_${name}`))));
}
