import { describe, expect, it } from "vitest";
import { change, patch, redo, remove, rename, slimmed, undo, type Work } from "./state";
import { copy, paste, read, write } from "./yaml";

const work: Work = {
  definition: {
    name: "p",
    steps: [
      { name: "a", template: "shell@1", outputs: ["x"] },
      { name: "b", template: "shell@1", needs: ["a"], args: { script: "{{ steps.a.outputs.x }}" } },
    ],
  },
  layout: { a: [0, 0], b: [8, 8] },
};

describe("editing", () => {
  it("goes back and forth without an end, and joins letters of one word", () => {
    let history = { past: [] as Work[], now: work, future: [] as Work[] };
    for (let n = 0; n < 500; n += 1)
      history = change(history, patch(history.now, "a", { timeout: n + 1 }), false);
    history = change(history, patch(history.now, "a", { timeout: 501 }), true);
    for (let n = 0; n < 500; n += 1) history = undo(history);
    expect(history.now).toBe(work);
    expect(undo(history)).toEqual(history);
    history = redo(redo(history));
    expect(history.now.definition.steps[0]!.timeout).toBe(2);
  });
  it("renames a step everywhere", () => {
    const next = rename(work, "a", "z");
    expect(next.definition.steps[1]).toMatchObject({
      needs: ["z"],
      args: { script: "{{ steps.z.outputs.x }}" },
    });
    expect(next.layout).toEqual({ z: [0, 0], b: [8, 8] });
  });
  it("removes steps with their arrows", () => {
    expect(remove(work, new Set(["a"])).definition.steps).toEqual([
      { name: "b", template: "shell@1", args: { script: "{{ steps.a.outputs.x }}" } },
    ]);
  });
  it("leaves out what is as it would be anyway", () => {
    const full = {
      name: "p",
      description: "",
      parallelism: 0,
      parameters: [],
      steps: [
        {
          name: "a",
          template: "shell@1",
          needs: [],
          retry: { limit: 0, pause: 1, factor: 2 },
          cache: null,
          skip: false,
          when: null,
        },
      ],
    };
    expect(slimmed(full)).toEqual({ name: "p", steps: [{ name: "a", template: "shell@1" }] });
  });
});

describe("YAML", () => {
  it("reads what it writes", () => {
    const again = read(write(work.definition));
    expect(again).toEqual({ definition: work.definition });
  });
  it("says where it cannot be read", () => {
    expect(read("name: p\nsteps: [\n")).toHaveProperty("fault");
    expect(read("steps: 3")).toEqual({ fault: [1, "steps is a list."] });
  });
  it("pastes under free names, arrows kept among what was copied", () => {
    const pasted = paste(copy(work.definition.steps), ["a", "b"])!;
    expect(pasted.map((step) => step.name)).toEqual(["a-2", "b-2"]);
    expect(pasted[1]).toMatchObject({ needs: ["a-2"], args: { script: "{{ steps.a-2.outputs.x }}" } });
    expect(paste("just words", [])).toBeNull();
  });
});
