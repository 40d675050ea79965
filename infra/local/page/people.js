"use strict";

// Who can write, where, and what there is to send in each place.

const PEOPLE = [
  somebody("Ada Rossi", "ada", "1"),
  somebody("Ben Okoye", "ben", "2"),
  somebody("Chiara Müller", "chiara", "3"),
];

// By each id that some place knows people by.
function somebody(name, word, number) {
  const nine = number.padStart(9, "0");
  return {
    name,
    facebook: `500000${nine.padStart(10, "0")}`,
    whatsapp: `346${nine.slice(-8)}`,
    phone: `+346${nine.slice(-8)}`,
    instagram: `900000${nine}`,
    telegram: `70${nine.slice(-8)}`,
    line: `U${nine.padStart(32, "0")}`,
    x: `15${nine}`,
    linkedin: `li${nine}`,
    source: `visitor-${nine}`,
    email: `${word}@example.org`,
  };
}

// id: how the place knows its people; view: how it looks, one of VIEWS, else a chat; hasSubject: what is written has one;
// isPublic: everybody reads along; private: where a private reply arrives.
const CHANNELS = {
  messenger: { title: "Messenger", id: "facebook", kinds: ["text", "image", "sticker", "audio", "location", "reaction", "unsupported"] },
  whatsapp: { title: "WhatsApp", id: "whatsapp", kinds: ["text", "image", "sticker", "audio", "location", "reaction", "unsupported"] },
  facebook_comments: { title: "Facebook post", id: "facebook", view: "wall", isPublic: true, private: "messenger", canChange: true, kinds: ["text", "image", "post", "mention", "recommendation", "reaction"] },
  instagram_direct: { title: "Instagram direct", id: "instagram", kinds: ["text", "image", "sticker", "audio", "story_reply", "story_mention", "share", "reaction", "unsupported"] },
  instagram_comments: { title: "Instagram post", id: "instagram", view: "wall", isPublic: true, private: "instagram_direct", kinds: ["text", "mention", "mention_in_post", "live"] },
  email: { title: "Mail", id: "email", hasSubject: true, kinds: ["text", "html", "document", "list", "vacation", "spam", "forged"] },
  sms: { title: "Text message", id: "phone", kinds: ["text", "image", "card"] },
  twilio_whatsapp: { title: "WhatsApp (Twilio)", id: "phone", kinds: ["text", "image", "audio", "location"] },
  voicemail: { title: "Voicemail", id: "phone", view: "call", kinds: ["speak", "hang_up"] },
  telegram: { title: "Telegram", id: "telegram", kinds: ["text", "start", "image", "document", "sticker", "audio", "location", "own_number", "unsupported"] },
  line: { title: "LINE", id: "line", kinds: ["text", "image", "document", "sticker", "audio", "location", "unsupported"] },
  x_posts: { title: "X post", id: "x", view: "wall", isPublic: true, private: "x_direct", canChange: true, kinds: ["text", "image", "quote", "repost", "reaction"] },
  x_direct: { title: "X direct", id: "x", kinds: ["text", "image", "encrypted"] },
  linkedin: { title: "LinkedIn post", id: "linkedin", view: "wall", isPublic: true, canChange: true, kinds: ["text", "mention", "reaction"] },
  standard: { title: "Contact form", id: "source", kinds: ["text", "form", "image", "audio", "unsupported"] },
  google_reviews: { title: "Google review", id: "source", kinds: ["text", "complaint", "stars"] },
};

// How places look: the list that each fills, and how. A view of another kind adds itself and its list's element.
const VIEWS = {
  chat: { list: "bubbles", show: (state, switched) => showBubbles(state.bubbles, switched) },
  call: { list: "bubbles", show: (state, switched) => showCall(state.bubbles, switched) },
  wall: { list: "wall", show: (state, switched) => showWall(state.posts, switched) },
};

const KINDS = {
  text: "a text",
  image: "a picture",
  sticker: "a sticker",
  audio: "a voice message",
  location: "a place",
  start: "the Start button",
  card: "a contact card",
  document: "a file",
  own_number: "their own telephone number",
  reaction: "a reaction",
  unsupported: "something unsupported",
  form: "a form with a permission",
  complaint: "one star",
  stars: "stars without words",
  story_reply: "an answer to our story",
  story_mention: "a story that names us",
  share: "a post, shared",
  post: "a post on our page",
  mention: "a comment elsewhere that names us",
  mention_in_post: "a post elsewhere that names us",
  recommendation: "a recommendation",
  live: "a comment on a live video",
  quote: "a post that quotes ours",
  repost: "our post, passed on",
  encrypted: "an encrypted message",
  html: "a mail in HTML alone",
  list: "a newsletter",
  vacation: "an out-of-office answer",
  spam: "spam",
  forged: "a mail in somebody else's name",
  speak: "your voice",
  hang_up: "your voice, and hang up",
};

function kindTitle(channel, kind) {
  if (!CHANNELS[channel].isPublic) return KINDS[kind];
  return { text: "a comment", image: "a comment with a picture", reaction: "a like" }[kind] || KINDS[kind];
}
