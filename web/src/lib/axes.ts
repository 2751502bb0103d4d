/** What the axes of a chart show. Pure. */

export type Range = [low: number, high: number];

/** Half of what is shown around one point: seconds of a time, else steps. */
const AROUND = { time: 300, steps: 1 };

/** The x axis: what was dragged over; else the chosen window; else from the first point to the last, and some room around a single one. */
export function across(low: number | null, high: number | null, x: readonly number[], time: boolean, window?: Range): Range {
  const all = low === null || high === null || (low === x[0] && high === x.at(-1));
  if (all && window) return window;
  if (low === null || high === null) return [0, 1];
  const pad = time ? AROUND.time : AROUND.steps;
  return low === high ? [low - pad, high + pad] : [low, high];
}

/** The y axis: all that is drawn, with some room. */
export function upwards(low: number | null, high: number | null): Range {
  if (low === null || high === null) return [0, 1];
  const room = low === high ? Math.abs(low || 1) * 0.1 : (high - low) * 0.06;
  return [low - room, high + room];
}

/** Whether there is anything whose height an axis could tell. */
export const heights = (columns: readonly (readonly (number | null | undefined)[])[]): boolean => columns.some((column) => column.some((value) => typeof value === "number" && Number.isFinite(value)));

/** Ticks of an axis of bytes: at multiples of a power of two, about `most` of them, none below zero. */
export function binary(low: number, high: number, most: number): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low) return [];
  const step = 2 ** Math.max(Math.ceil(Math.log2((high - low) / Math.max(most, 1))), 0);
  const ticks: number[] = [];
  for (let tick = Math.max(Math.ceil(low / step), 0) * step; tick <= high; tick += step) ticks.push(tick);
  return ticks;
}
