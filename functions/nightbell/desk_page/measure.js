// How long a text is as the platform counts; the server counts again before anything leaves.

const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
const LINK = /https?:\/\/\S+|(?<![\p{L}\p{N}@.])(?:[\p{L}\p{N}-]+\.)+\p{L}{2,24}(?:\/\S*)?/giu;
const LINK_WEIGHT = 23;
const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const GSM_EXTENSION = new Set("\f^{}\\[~]|€");

const COUNTS = {
  characters: (text) => [...text].length,
  utf8_bytes: (text) => new TextEncoder().encode(text).length,
  utf16: (text) => text.length,
  x_weighted: weighted,
  sms_segments: segments,
};

export function lengthOf(text, unit) {
  return (COUNTS[unit] || COUNTS.characters)(text);
}

// X counts every link the same, and some scripts twice.
function weighted(text) {
  let total = 0;
  const rest = text.normalize("NFC").replace(LINK, (link) => {
    total += /^https?:/i.test(link) ? LINK_WEIGHT : Math.max(LINK_WEIGHT, link.length);
    return "";
  });
  const emoji = new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of emoji.segment(rest)) {
    if (/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(segment)) total += 2;
    else for (const letter of segment) total += isLight(letter.codePointAt(0)) ? 1 : 2;
  }
  return total;
}

function isLight(point) {
  return LIGHT.some(([first, last]) => first <= point && point <= last);
}

// 3GPP TS 23.038: one character outside the alphabet more than halves what each segment holds.
function segments(text) {
  const letters = [...text];
  const fits = letters.every((letter) => GSM.has(letter) || GSM_EXTENSION.has(letter));
  const sizes = letters.map((letter) => (fits ? (GSM_EXTENSION.has(letter) ? 2 : 1) : letter.length));
  const [whole, part] = fits ? [160, 153] : [70, 67];
  if (sizes.reduce((sum, size) => sum + size, 0) <= whole) return letters.length ? 1 : 0;
  let filled = 0;
  let left = 0;
  for (const size of sizes) {
    if (size > left) {
      filled += 1;
      left = part;
    }
    left -= size;
  }
  return filled;
}
