// @vitest-environment node
import { describe, expect, it } from "vitest";
import { across, binary, heights, moment, moments, type Range, upwards } from "./axes";
import { bytes } from "./format";

const MIB = 2 ** 20;

it.each<[string, number | null, number | null, number[], boolean, Range | undefined, Range]>([
  ["no point, no window", null, null, [], true, undefined, [0, 1]],
  ["no point in a window", null, null, [], true, [100, 700], [100, 700]],
  ["one point is no year wide", 1000, 1000, [1000], true, undefined, [700, 1300]],
  ["one point, made years wide", 1000, 86_401_000, [1000], true, undefined, [700, 1300]],
  ["one point, made years wide, in a window", 650, 86_400_650, [650], true, [100, 700], [100, 700]],
  ["one step", 3, 3, [3], false, undefined, [2, 4]],
  ["one point in a window", 650, 650, [650], true, [100, 700], [100, 700]],
  ["all points", 1, 9, [1, 5, 9], false, undefined, [1, 9]],
  ["all points in a window", 200, 300, [200, 250, 300], true, [100, 700], [100, 700]],
  ["a part that was dragged over", 210, 260, [200, 250, 300], true, [100, 700], [210, 260]],
])("the x axis: %s", (_, low, high, x, time, window, range) =>
  expect(across(low, high, x, time, window)).toEqual(range),
);

it.each<[number | null, number | null, Range]>([
  [null, null, [0, 1]],
  [0, 0, [-0.1, 0.1]],
  [5, 5, [4.5, 5.5]],
  [-5, -5, [-5.5, -4.5]],
  [0, 100, [-6, 106]],
])("the y axis from %s to %s", (low, high, range) => expect(upwards(low, high)).toEqual(range));

it.each<[(number | null | undefined)[][], boolean]>([
  [[], false],
  [[[]], false],
  [[[null, undefined]], false],
  [[[Number.NaN, Number.POSITIVE_INFINITY]], false],
  [[[null], [0]], true],
])("heights of %j", (columns, some) => expect(heights(columns)).toBe(some));

describe("ticks of bytes", () => {
  it.each<[number, number, number, string[]]>([
    [0, 256 * MIB, 4, ["0 B", "64.0 MiB", "128 MiB", "192 MiB", "256 MiB"]],
    [-10 * MIB, 300 * MIB, 3, ["0 B", "128 MiB", "256 MiB"]],
    [0, 3 * 1024 * MIB, 3, ["0 B", "1.0 GiB", "2.0 GiB", "3.0 GiB"]],
    [0, 3, 10, ["0 B", "1 B", "2 B", "3 B"]],
  ])("from %d to %d", (low, high, most, words) => expect(binary(low, high, most).map(bytes)).toEqual(words));
  it.each<[number, number]>([
    [0, 0],
    [5, 1],
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
  ])("none from %d to %d", (low, high) => expect(binary(low, high, 4)).toEqual([]));
  it("ends for huge sizes", () => expect(binary(0, 2 ** 63, 5).length).toBeLessThan(12));
});

const NOON = Date.UTC(2026, 10, 30, 12) / 1000;
const MIDNIGHT = NOON + 12 * 3600;

it.each<[string, number[], number, string, string[]]>([
  ["parts of a second", [NOON, NOON + 0.5], 0.5, "en", ["12:00:00.0\nNov 30", "12:00:00.5"]],
  ["milliseconds", [NOON + 0.025], 0.005, "en", ["12:00:00.025\nNov 30"]],
  ["seconds", [NOON, NOON + 30], 30, "en", ["12:00:00\nNov 30", "12:00:30"]],
  [
    "minutes, over midnight",
    [MIDNIGHT - 600, MIDNIGHT, MIDNIGHT + 600],
    600,
    "en",
    ["23:50\nNov 30", "00:00\nDec 1", "00:10"],
  ],
  ["days, in Chinese", [NOON, MIDNIGHT], 86_400, "zh", ["11月30日", "12月1日"]],
  ["months", [NOON], 30 * 86_400, "en", ["Nov 2026"]],
  ["none", [], 60, "en", []],
])("labels of times: %s", (_, ticks, step, language, labels) =>
  expect(moments(ticks, step, language, "UTC")).toEqual(labels),
);

it("says a moment with its day", () => {
  expect(moment(NOON + 5, "en", "UTC")).toBe("Nov 30, 12:00:05");
  expect(moment(NOON + 5, "zh", "UTC")).toBe("11月30日 12:00:05");
});
