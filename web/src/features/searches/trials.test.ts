import { expect, test } from "vitest";
import { bestSoFar, place, type Trial, unpack } from "./trials";

const trial = (number: number, values: number[] | null): Trial => ({
  number,
  state: "Succeeded",
  params: {},
  values,
  run: null,
  began: 0,
  ended: null,
  reason: null,
});

test("the best so far goes one way only", () => {
  expect(bestSoFar([trial(0, null), trial(1, [3]), trial(2, [5]), trial(3, [1])], "MINIMIZE")).toEqual([
    null,
    3,
    3,
    1,
  ]);
  expect(bestSoFar([trial(0, [3]), trial(1, [5]), trial(2, [1])], "MAXIMIZE")).toEqual([3, 5, 5]);
});

test("places on axes: linear, by orders of magnitude, by choice, absent", () => {
  expect(place({ type: "float", low: 0, high: 4, log: false, choices: [] }, 1)).toBe(0.25);
  expect(place({ type: "float", low: 0.001, high: 0.1, log: true, choices: [] }, 0.01)).toBeCloseTo(0.5);
  expect(
    place({ type: "categorical", low: null, high: null, log: false, choices: ["a", "b", "c"] }, "c"),
  ).toBe(1);
  expect(
    place({ type: "categorical", low: null, high: null, log: false, choices: ["a"] }, undefined),
  ).toBeNull();
});

test("a packed list is unpacked", () => {
  expect(unpack([[1, "Pruned", { x: 1 }, null, "r", 5, 6, null]])[0]).toEqual({
    number: 1,
    state: "Pruned",
    params: { x: 1 },
    values: null,
    run: "r",
    began: 5,
    ended: 6,
    reason: null,
  });
});
