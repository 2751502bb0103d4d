// @vitest-environment node
import { expect, it } from "vitest";
import { aligned, shown } from "./series";

it("has gaps where there is no number, and none where only others have a point", () => {
  const made = aligned([
    {
      label: "a",
      points: [
        [1, 0.5, 0],
        [3, "NaN", 1],
        [4, 0.25, 2],
      ],
    },
    {
      label: "b",
      points: [
        [2, "Infinity", 0],
        [2, 7, 1],
      ],
    },
  ]);
  expect(made.x).toEqual([1, 2, 3, 4]);
  expect(made.series[0]).toEqual({
    label: "a",
    values: [0.5, undefined, null, 0.25],
    odd: new Map([[3, "NaN"]]),
  });
  expect(made.series[1]).toEqual({
    label: "b",
    values: [undefined, 7, undefined, undefined],
    odd: new Map(),
  });
});
it("reads every number out", () => {
  expect([0.25, "NaN", "-Infinity"].map((value) => shown(value as never))).toEqual([
    "0.25",
    "NaN",
    "-Infinity",
  ]);
});
