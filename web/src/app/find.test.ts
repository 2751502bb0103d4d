import { expect, it } from "vitest";
import { ordered } from "./find";

const names = (text: string, pages: string[], found: [string, boolean][]) =>
  ordered(
    text,
    pages.map((label) => ({ label })),
    found.map(([label, exact]) => ({ exact, entry: { label } })),
  ).map((each) => each.label);

it.each([
  [
    "runs",
    ["Runs", "New runs"],
    [
      ["runs", true],
      ["runs-daily", false],
    ],
    ["Runs", "runs", "New runs", "runs-daily"],
  ],
  ["home", ["Home", "Runs"], [["my-home", false]], ["Home", "my-home"]],
  [
    "train",
    ["Runs"],
    [
      ["train", true],
      ["retrain", false],
    ],
    ["train", "retrain"],
  ],
  ["", ["Home", "Runs"], [["train #1", false]], ["Home", "Runs", "train #1"]],
] as [string, string[], [string, boolean][], string[]][])("%s", (text, pages, found, wanted) => {
  expect(names(text, pages, found)).toEqual(wanted);
});
