// Times: told in the brand's zone, counted down on the desk's clock.

import { Component, h } from "./preact.js";
import { now } from "./state.js";
import { language, t } from "./words.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const DATE = { year: "numeric", month: "numeric", day: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const DAY_AND_CLOCK = { weekday: "short", day: "numeric", month: "short", ...CLOCK };
const made = new Map(); // a formatter costs as much as hundreds of its formats, and a list needs thousands of those

function format(at, zone, options) {
  const key = `${language()} ${zone} ${Object.keys(options)}`;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(language(), { ...options, timeZone: zone, hourCycle: "h23" }));
  return made.get(key).format(at);
}

// "15:00" today, "Tue 24 Nov, 15:00" on any other day.
export function when(iso, zone) {
  const at = new Date(iso);
  return format(at, zone, format(at, zone, DATE) === format(now(), zone, DATE) ? CLOCK : DAY_AND_CLOCK);
}

// A promise is told to the customer by the full minute after it.
export function promised(iso, zone) {
  return when(new Date(Math.ceil(Date.parse(iso) / MINUTE) * MINUTE).toISOString(), zone);
}

export function Time({ at, zone }) {
  return h("time", { dateTime: at, title: zone }, when(at, zone));
}

export function duration(ms) {
  const s = Math.floor(Math.abs(ms) / 1000);
  const [days, hours, minutes] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (days) return t("days_hours", { days, hours });
  if (hours) return t("hours_minutes", { hours, minutes });
  return minutes ? t("minutes", { minutes }) : t("seconds", { seconds: s });
}

const ticking = new Set();

// Once a second only what counts down is looked at, and drawn where its words change.
setInterval(() => document.hidden || ticking.forEach((one) => one.tick()), 1000);

export class Countdown extends Component {
  componentDidMount() {
    ticking.add(this);
  }

  componentWillUnmount() {
    ticking.delete(this);
  }

  words() {
    const left = Date.parse(this.props.to) - now();
    return t(left >= 0 ? this.props.left : this.props.over, { time: duration(left), at: (this.props.told || when)(this.props.to, this.props.zone) });
  }

  tick() {
    if (this.words() !== this.drawn) this.setState({});
  }

  render({ to, soon = 15 * MINUTE }) {
    const left = Date.parse(to) - now();
    this.drawn = this.words();
    return h("time", { dateTime: to, class: left < 0 ? "late" : left < soon ? "soon" : "" }, this.drawn);
  }
}

// What a field of date and time holds, for a moment on the brand's clock, and back.
export function fieldOf(ms, zone) {
  const part = Object.fromEntries(new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

export function momentOf(field, zone) {
  const wall = Date.parse(`${field}Z`);
  if (Number.isNaN(wall)) return null;
  let at = wall;
  // Twice: the first guess may stand on the other side of a clock change.
  for (let i = 0; i < 2; i += 1) at += wall - Date.parse(`${fieldOf(at, zone)}Z`);
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

// On the next full five minutes, because people promise "by 15:00".
export function soonField(minutes, zone) {
  const step = 5 * MINUTE;
  return fieldOf(Math.ceil((now() + minutes * MINUTE) / step) * step, zone);
}

export function tomorrowField(zone) {
  return `${fieldOf(now() + DAY, zone).slice(0, 10)}T09:00`;
}
