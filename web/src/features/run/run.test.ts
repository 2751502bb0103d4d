import { describe, expect, it } from "vitest";
import { bins } from "./fan";
import { split } from "./logbook";
import { python } from "./script";

describe("a run's parts", () => {
  it("gives lines the time of the bytes they begin with", () => {
    const lines = split("one\ntwö\nthree", 10, [
      [10, 1_000_000],
      [19, 2_000_000],
    ]);
    expect(lines).toEqual([
      { text: "one", at: 1000 },
      { text: "twö", at: 1000 },
      { text: "three", at: 2000 },
    ]);
  });
  it("counts every duration once", () => {
    const made = bins([1, 1, 2, 5, 9], 4);
    expect(made.map((bin) => bin.n)).toEqual([3, 0, 1, 1]);
    expect(bins([3, 3])).toHaveLength(1);
  });
  it("writes Python", () => {
    expect(python({ a: [1, true, null, "x"] })).toBe('{"a": [1, True, None, "x"]}');
  });
});
