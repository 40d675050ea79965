// The page's words: a module of strings for each language, each with all of them; English for every other language.

import { recall, remember, state } from "./state.js";

export const LANGUAGES = { en: "English", es: "Español", de: "Deutsch", fr: "Français", it: "Italiano", pt: "Português" };

let current = "en";
let strings = {};
let plurals = new Intl.PluralRules(current);

export function language() {
  return current;
}

// What whoever sits here chose; else the brand's language that their browser asks for; else the brand's first.
function wanted() {
  const brands = state.me ? state.me.brands.flatMap((brand) => brand.languages) : [];
  const asked = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  const inOrder = [recall("language"), ...asked.filter((one) => brands.includes(one)), ...brands, ...asked];
  return inOrder.find((one) => one in LANGUAGES) || "en";
}

export async function speak(chosen) {
  if (chosen) remember("language", chosen);
  const next = chosen || wanted();
  strings = (await import(`./strings_${next}.js`)).default;
  current = next;
  plurals = new Intl.PluralRules(next);
  document.documentElement.lang = next;
}

export function has(key) {
  return key in strings;
}

// "one|other" where a number decides.
export function t(key, values = {}) {
  const forms = (strings[key] ?? key).split("|");
  const isOne = forms.length > 1 && plurals.select(values.n) === "one";
  const form = isOne || forms.length === 1 ? forms[0] : forms[1];
  return form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// A word of a list that may grow: what it has no words for stands there as it came.
export function named(prefix, word, otherwise = word) {
  return has(`${prefix}_${word}`) ? t(`${prefix}_${word}`) : otherwise;
}
