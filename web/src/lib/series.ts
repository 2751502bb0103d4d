/** Metrics as the API packs them, made ready for a plot and for text. Pure. */
import { number } from "./format";

/** A number; NaN and the infinities, which JSON does not have, as text. */
export type Packed = number | "NaN" | "Infinity" | "-Infinity";
export type Point = [x: number, value: Packed, ms: number];

export interface Curve {
  label: string;
  points: Point[];
}

export interface Line {
  label: string;
  /** null: it is no finite number there, and the line has a gap; undefined: it has no point there, and goes on. */
  values: (number | null | undefined)[];
  /** What stands in the gaps, by x. */
  odd: Map<number, string>;
}

/** A packed number as people read it. */
export const shown = (value: Packed): string => (typeof value === "number" ? number(value) : value);

/** Curves over one x axis: every place where one of them has a point. Of several points at a place the last counts. */
export function aligned(curves: Curve[]): { x: number[]; series: Line[] } {
  const x = [...new Set(curves.flatMap((curve) => curve.points.map(([at]) => at)))].sort((a, b) => a - b);
  const column = new Map(x.map((at, index) => [at, index]));
  const series = curves.map(({ label, points }) => {
    const values: Line["values"] = x.map(() => undefined);
    const odd = new Map<number, string>();
    for (const [at, value] of points) {
      const finite = typeof value === "number";
      values[column.get(at)!] = finite ? value : null;
      if (finite) odd.delete(at);
      else odd.set(at, value);
    }
    return { label, values, odd };
  });
  return { x, series };
}
