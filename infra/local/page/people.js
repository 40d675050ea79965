"use strict";

// Who can write, where, and what there is to send in each place.

const PEOPLE = [
  { name: "Ada Rossi", facebook: "5000000000000001", whatsapp: "34600000001", instagram: "900000000000001", email: "ada@example.org" },
  { name: "Ben Okoye", facebook: "5000000000000002", whatsapp: "34600000002", instagram: "900000000000002", email: "ben@example.org" },
  { name: "Chiara Müller", facebook: "5000000000000003", whatsapp: "34600000003", instagram: "900000000000003", email: "chiara@example.org" },
];

// id: how the place knows its people; isPublic: everybody reads along; private: where a private reply arrives.
const CHANNELS = {
  messenger: { title: "Messenger", id: "facebook", kinds: ["text", "image", "sticker", "audio", "location", "reaction", "unsupported"] },
  whatsapp: { title: "WhatsApp", id: "whatsapp", kinds: ["text", "image", "sticker", "audio", "location", "reaction", "unsupported"] },
  facebook_comments: { title: "Facebook post", id: "facebook", isPublic: true, private: "messenger", canChange: true, kinds: ["text", "image", "post", "mention", "recommendation", "reaction"] },
  instagram_direct: { title: "Instagram direct", id: "instagram", kinds: ["text", "image", "sticker", "audio", "story_reply", "story_mention", "share", "reaction", "unsupported"] },
  instagram_comments: { title: "Instagram post", id: "instagram", isPublic: true, private: "instagram_direct", kinds: ["text", "mention", "mention_in_post", "live"] },
};

const KINDS = {
  text: "a text",
  image: "a picture",
  sticker: "a sticker",
  audio: "a voice message",
  location: "a place",
  reaction: "a reaction",
  unsupported: "something unsupported",
  story_reply: "an answer to our story",
  story_mention: "a story that names us",
  share: "a post, shared",
  post: "a post on our page",
  mention: "a comment elsewhere that names us",
  mention_in_post: "a post elsewhere that names us",
  recommendation: "a recommendation",
  live: "a comment on a live video",
};

function kindTitle(channel, kind) {
  if (!CHANNELS[channel].isPublic) return KINDS[kind];
  return { text: "a comment", image: "a comment with a picture", reaction: "a like" }[kind] || KINDS[kind];
}
