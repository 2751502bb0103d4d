import { describe, expect, it } from "vitest";
import { bins } from "./fan";
import { split } from "./logbook";
import { curves, type Point } from "./metrics";
import { python } from "./script";

describe("a run's parts", () => {
  it("gives lines the time of the bytes they begin with", () => {
    const lines = split("one\ntwö\nthree", 10, [[10, 1_000_000], [19, 2_000_000]]);
    expect(lines).toEqual([{ text: "one", at: 1000 }, { text: "twö", at: 1000 }, { text: "three", at: 2000 }]);
  });
  it("counts every duration once", () => {
    const made = bins([1, 1, 2, 5, 9], 4);
    expect(made.map((bin) => bin.n)).toEqual([3, 0, 1, 1]);
    expect(bins([3, 3])).toHaveLength(1);
  });
  it("draws a curve an item, holes where an item said nothing", () => {
    const points: Point[] = [["t", 0, "loss", 1, 0.5, 0], ["t", 0, "loss", 2, 0.4, 1], ["t", 1, "loss", 2, 0.3, 1]];
    expect(curves(points, "loss")).toEqual({ x: [1, 2], series: [{ label: "0", values: [0.5, 0.4] }, { label: "1", values: [null, 0.3] }] });
  });
  it("writes Python", () => {
    expect(python({ a: [1, true, null, "x"] })).toBe('{"a": [1, True, None, "x"]}');
  });
});
