import { describe, expect, it } from "vitest";
import { changed } from "./environment";
import { newestOf, pathsOf, spelled } from "./files";

describe("the environment of a step", () => {
  it("begins with what the template says, so that naming a package takes no other away", () => {
    expect(
      changed(null, { python: "3.11", requirements: ["pandas"] }, { requirements: ["pandas", "torch"] }),
    ).toEqual({ python: "3.11", requirements: ["pandas", "torch"] });
  });
  it("does not take over an image that an argument of the template chooses", () =>
    expect(changed(null, { image: "{{ args.image }}" }, { python: "3.12" })).toEqual({ python: "3.12" }));
  it("runs as root beside what the template says", () => {
    expect(changed(null, {}, { root: true })).toEqual({ root: true });
    expect(changed({ root: true }, { python: "3.11" }, { requirements: ["six"] })).toEqual({
      python: "3.11",
      requirements: ["six"],
      root: true,
    });
  });
  it("is none when it says nothing", () =>
    expect(changed({ image: "alpine" }, { python: "3.11" }, { image: null })).toBeNull());
});

describe("files of the steps before", () => {
  it.each([
    [{ step: "load", item: null, files: ["a.csv", "b/c.csv"] }, ["load", "load/a.csv", "load/b/c.csv"]],
    [{ step: "many", item: 0, files: ["a"] }, ["many/0", "many/0/a"]],
  ])("are below the input folder", (left, paths) => expect(pathsOf(left)).toEqual(paths));
  it.each([
    ["load/a.csv", "file", "load/a.csv"],
    ["load/a.csv", "text", "$CUBE_INPUT_DIR/load/a.csv"],
    ["load/a b's.csv", "text", "\"$CUBE_INPUT_DIR\"/'load/a b'\\''s.csv'"],
    ["load/$(rm)", "text", "\"$CUBE_INPUT_DIR\"/'load/$(rm)'"],
    ['load/a".csv', "python", 'os.environ["CUBE_INPUT_DIR"] + "/load/a\\".csv"'],
  ])("%s in a field of %s", (path, field, words) => expect(spelled(path, field)).toBe(words));
  it("are those of the newest run in which the step ended well", () => {
    const runs = [
      {
        steps: [
          { id: "3", name: "a", state: "FAILED" },
          { id: "4", name: "b", state: "CACHED", itemCount: 2 },
        ],
      },
      {
        steps: [
          { id: "1", name: "a", state: "SUCCEEDED" },
          { id: "2", name: "b", state: "SUCCEEDED" },
        ],
      },
    ];
    expect([...newestOf(runs, ["a", "b", "c"])]).toEqual([
      ["b", { id: "4", itemCount: 2 }],
      ["a", { id: "1", itemCount: null }],
    ]);
  });
});
