"use strict";

// Posts with their comments. What is on the page stays there: only what is new or changed is put in, so that a
// screen reader reads out just that.

const parts = new Map(); // of each post and comment: what was shown, and where
let target = null; // what the next words are about: { id, mode: "answer" | "edit", said }

function showWall(posts, switched) {
  const wall = $("wall");
  if (switched) {
    wall.replaceChildren();
    parts.clear();
  }
  const focused = document.activeElement && document.activeElement.dataset.key;
  const seen = new Set();
  let newest = null;
  for (const post of posts) {
    const { comments, ...head } = post;
    putIn(wall, head, postHead, "prepend");
    seen.add(post.id);
    for (const comment of comments) {
      const above = parts.get(comment.parent) || parts.get(post.id);
      newest = putIn(above.list, comment, commentHead, "append") || newest;
      seen.add(comment.id);
    }
  }
  forget(seen);
  if (newest && !switched) bringIntoView(wall, newest);
  if (focused) focusAgain(wall, focused);
}

function putIn(list, value, makeHead, how) {
  const as = JSON.stringify(value);
  const known = parts.get(value.id);
  if (known && known.as === as) return null;
  const head = makeHead(value);
  if (known) {
    known.head.replaceWith(head);
    Object.assign(known, { as, head });
    return null;
  }
  const made = element("li", undefined, value.parent ? `comment ${value.by}` : "post");
  const below = element("ol");
  below.setAttribute("aria-label", value.parent ? `Answers to ${value.author}` : "Comments");
  made.append(head, below);
  list[how](made);
  parts.set(value.id, { as, head, list: below, made });
  return made;
}

function bringIntoView(wall, made) {
  const hidden = made.getBoundingClientRect().bottom - wall.getBoundingClientRect().bottom;
  if (hidden > 0) wall.scrollTop += hidden;
}

function forget(seen) {
  for (const [id, known] of parts) {
    if (seen.has(id)) continue;
    known.made.remove();
    parts.delete(id);
    if (target && target.id === id) aim(null);
  }
}

function focusAgain(wall, key) {
  if (document.activeElement && document.activeElement.dataset.key === key) return;
  [...wall.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key)?.focus();
}

function postHead(post) {
  const head = element("article");
  head.append(element("h3", post.elsewhere ? `${post.author}, on a page of their own` : post.author));
  head.append(element("p", post.text, "said"));
  head.append(element("small", when(post.at)));
  if (post.by !== "business") head.append(actsOn(post));
  return head;
}

function commentHead(comment) {
  const head = element("div", undefined, "head");
  head.append(element("strong", comment.author));
  head.append(element("p", comment.text || "[a picture]", "said"));
  head.append(element("small", noteOn(comment)));
  head.append(actsOn(comment));
  return head;
}

function noteOn(comment) {
  const notes = [when(comment.at)];
  if (comment.after_ms !== null) notes.push(`after ${waited(comment.after_ms)}`);
  if (comment.by_hand) notes.push("by a person of the business");
  if (comment.edited) notes.push("edited");
  if (comment.hidden) notes.push("hidden by the business");
  return notes.join(", ");
}

function actsOn(said) {
  const row = element("p", undefined, "acts");
  const may = CHANNELS[channel()].canChange && said.by === "me" && said.parent;
  if (said.by !== "me") row.append(doing(said, "Answer", () => aim({ id: said.id, mode: "answer", said })));
  if (may) row.append(doing(said, "Edit", () => aim({ id: said.id, mode: "edit", said })));
  if (may) row.append(doing(said, "Delete", () => remove(said)));
  if (said.private_reply) row.append(linkToPrivate(said.private_reply));
  return row;
}

function doing(said, what, act) {
  const button = element("button", what);
  button.type = "button";
  button.dataset.key = `${what} ${said.id}`;
  button.setAttribute("aria-label", `${what}: ${said.author}, ${(said.text || "a picture").slice(0, 40)}`);
  button.addEventListener("click", act);
  return button;
}

function linkToPrivate(id) {
  const place = CHANNELS[channel()].private;
  const link = element("a", `A private message came: read it on ${CHANNELS[place].title}`);
  link.href = "#bubbles";
  link.dataset.key = `private ${id}`;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await choose(place);
    const found = [...$("bubbles").children].find((one) => one.dataset.id === id);
    (found || $("bubbles")).focus();
  });
  return link;
}

function aim(at) {
  target = at;
  $("target").hidden = !at;
  $("target-text").textContent = at ? `${at.mode === "edit" ? "Changing" : "Answering"} ${at.said.author}: ${(at.said.text || "a picture").slice(0, 60)}` : "";
  $("kind").disabled = Boolean(at);
  if (!at) return;
  $("kind").value = "text";
  $("text").value = at.mode === "edit" ? at.said.text : "";
  $("text").focus();
}

function remove(said) {
  $("text").focus();
  return attempt(() => call("/api/messages", { ...who(), kind: "unsend", about: said.id }));
}
