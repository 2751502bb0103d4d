/** Numbers as people read them: durations, times, sizes. Pure. */

/** Seconds as 1m 47s; tenths below ten seconds, milliseconds below a tenth. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return "–";
  const s = Math.max(seconds, 0);
  if (s > 0 && s < 0.095) return `${Math.max(Math.round(s * 1000), 1)} ms`;
  if (s < 10) return `${s === 0 ? "0" : s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  const whole = Math.round(s);
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (days) return `${days}d ${hours}h`;
  if (hours) return `${hours}h ${minutes}m`;
  return `${minutes}m ${String(rest).padStart(2, "0")}s`;
}

/** Bytes in powers of 1024: 1.4 GiB. */
export function bytes(size: number | null | undefined): string {
  if (size == null) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = size;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A number with the digits that matter. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

/** Seconds from one time to another, or to `now` (milliseconds). */
export function between(
  start: string | null | undefined,
  end: string | null | undefined,
  now: number,
): number | null {
  if (!start) return null;
  return Math.max(((end ? Date.parse(end) : now) - Date.parse(start)) / 1000, 0);
}

/** How long ago, for `Intl.RelativeTimeFormat`: the value and its unit. */
export function ago(then: number, now: number): [number, Intl.RelativeTimeFormatUnit] {
  const seconds = (then - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return [Math.round(seconds), "second"];
  if (size < 3600) return [Math.round(seconds / 60), "minute"];
  if (size < 86_400) return [Math.round(seconds / 3600), "hour"];
  if (size < 30 * 86_400) return [Math.round(seconds / 86_400), "day"];
  if (size < 365 * 86_400) return [Math.round(seconds / (30 * 86_400)), "month"];
  return [Math.round(seconds / (365 * 86_400)), "year"];
}

/** A JSON value in one line for a cell. */
export function brief(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
}

/** A moment in a time zone, to the minute. */
export const moment = (at: string, zone: string, language: string) =>
  new Date(at).toLocaleString(language, {
    timeZone: zone,
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });

/** Chrome on Linux, out of the long words by which browsers call themselves, which name others too: the first that fits here is meant. */
export function browser(agent: string): string {
  const first = (names: Record<string, string>) =>
    Object.entries(names).find(([mark]) => agent.includes(mark))?.[1];
  const program =
    first({ Edg: "Edge", OPR: "Opera", Firefox: "Firefox", Chrome: "Chrome", Safari: "Safari" }) ??
    agent.slice(0, 40);
  const place = first({
    iPhone: "iPhone",
    iPad: "iPad",
    Android: "Android",
    Windows: "Windows",
    Macintosh: "macOS",
    Linux: "Linux",
  });
  return [program, place].filter(Boolean).join(" · ");
}
