/** What the axes of a chart show. Pure. */

export type Range = [low: number, high: number];

/** Half of what is shown around one point: seconds of a time, else steps. */
const AROUND = { time: 300, steps: 1 };

/** The x axis: what was dragged over; else the chosen window; else from the first point to the last, and some room around a single one. */
export function across(
  low: number | null,
  high: number | null,
  x: readonly number[],
  time: boolean,
  window?: Range,
): Range {
  const one = x.length === 1; // uPlot makes years of one moment
  const all = one || low === null || high === null || (low === x[0] && high === x.at(-1));
  if (all && window) return window;
  if (low === null || high === null) return [0, 1];
  const pad = time ? AROUND.time : AROUND.steps;
  return one || low === high ? [low - pad, low + pad] : [low, high];
}

/** The y axis: all that is drawn, with some room. */
export function upwards(low: number | null, high: number | null): Range {
  if (low === null || high === null) return [0, 1];
  const room = low === high ? Math.abs(low || 1) * 0.1 : (high - low) * 0.06;
  return [low - room, high + room];
}

/** Whether there is anything whose height an axis could tell. */
export const heights = (columns: readonly (readonly (number | null | undefined)[])[]): boolean =>
  columns.some((column) => column.some((value) => typeof value === "number" && Number.isFinite(value)));

/** Ticks of an axis of bytes: at multiples of a power of two, about `most` of them, none below zero. */
export function binary(low: number, high: number, most: number): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low) return [];
  const step = 2 ** Math.max(Math.ceil(Math.log2((high - low) / Math.max(most, 1))), 0);
  const ticks: number[] = [];
  for (let tick = Math.max(Math.ceil(low / step), 0) * step; tick <= high; tick += step) ticks.push(tick);
  return ticks;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const DAY = { month: "short", day: "numeric" } as const;

/** Labels of ticks, in seconds since 1970 and `step` seconds apart: as exact as the step asks for; the day below the first tick of each day. */
export function moments(ticks: readonly number[], step: number, language: string, zone?: string): string[] {
  const of = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  const day = of(step >= 28 * 86_400 ? { month: "short", year: "numeric" } : DAY);
  if (step >= 86_400) return ticks.map((at) => day.format(at * 1000));
  const clock = of(
    step >= 60
      ? CLOCK
      : { ...CLOCK, second: "2-digit", ...(step < 1 ? { fractionalSecondDigits: step < 0.1 ? 3 : 1 } : {}) },
  );
  let before = "";
  return ticks.map((at) => {
    const today = day.format(at * 1000);
    const label = today === before ? clock.format(at * 1000) : `${clock.format(at * 1000)}\n${today}`;
    before = today;
    return label;
  });
}

/** One moment with its day, to the second. */
export const moment = (at: number, language: string, zone?: string): string =>
  new Intl.DateTimeFormat(language, { timeZone: zone, ...DAY, ...CLOCK, second: "2-digit" }).format(
    at * 1000,
  );
