// Talks to the desk's own API. The access token lives in this module's memory only; the cookie that renews it is
// out of any script's reach.

import { change, recall, remember, setClock, state } from "./state.js";

export class Problem extends Error {
  constructor(status, code, sentence = "", objections = []) {
    super(sentence);
    Object.assign(this, { status, code, objections });
  }
}

const SESSION = "/desk/session";
// Of what stands before the desk, which has no codes.
const BY_STATUS = { 401: "not_signed_in", 429: "too_many_tries" };
let token = "";
let renewing = null; // one renewal at a time, however many calls wait for it

async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const sent = { ...headers };
  if (token && path !== SESSION) sent.Authorization = `Bearer ${token}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new Problem(0, "offline");
  }
  if (answer.ok || answer.status === 304) return answer;
  throw await problemOf(answer);
}

async function problemOf(answer) {
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // What stands before the desk answers without a problem document.
  }
  const code = String(told.type || "").split("/").pop() || BY_STATUS[answer.status] || "unavailable";
  return new Problem(answer.status, code, told.detail || told.title || "", told.objections || []);
}

function renew() {
  renewing ??= ask(SESSION, { method: "PUT" }).then(keepSession).finally(() => { renewing = null; });
  return renewing;
}

async function keepSession(answer) {
  const session = await answer.json();
  token = session.access_token;
  remember("signed_in", "yes");
  return session;
}

async function readJson(answer) {
  try {
    const told = await answer.json();
    setClock(told.now);
    return told;
  } catch {
    throw new Problem(answer.status, "unavailable");
  }
}

// Once more with a renewed token; whoever cannot renew it signs in again.
async function withSession(path, options) {
  try {
    return await ask(path, options);
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
  try {
    await renew();
    return await ask(path, options);
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    token = "";
    change({ phase: "out", isSessionOver: true });
    throw new Problem(401, "session_over");
  }
}

export async function read(path, etag) {
  const answer = await withSession(path, { headers: etag ? { "If-None-Match": etag } : {} });
  if (answer.status === 304) return null;
  return { told: await readJson(answer), etag: answer.headers.get("ETag") };
}

export async function write(path, body, revision) {
  const headers = revision ? { "If-Match": `"${revision}"` } : {};
  return readJson(await withSession(path, { method: "POST", body, headers }));
}

export async function signIn(words) {
  return keepSession(await ask(SESSION, { method: "POST", body: words }));
}

// A page that was signed in before may still be; any other need not ask.
export async function resume() {
  return recall("signed_in") === "yes" ? renew() : Promise.reject(new Problem(401, "session_over"));
}

export async function signOut() {
  token = "";
  remember("signed_in", "no");
  state.drafts.clear();
  await ask(SESSION, { method: "DELETE" }).catch(() => {});
}
