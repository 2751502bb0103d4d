// @vitest-environment node
import { describe, expect, it } from "vitest";
import { closes, edgesOf, fresh, needsOf, renamed, type StepSpec } from "./graph";

const steps: StepSpec[] = [
  { name: "a", template: "shell" },
  { name: "b", template: "shell", args: { script: "echo {{ steps.a.outputs.x }}" } },
  { name: "c", template: "shell", needs: ["b"], for_each: "{{ steps.a.outputs.list }}" },
];

describe("a pipeline as a graph", () => {
  it("finds arrows that are drawn and that are spoken", () => {
    expect(needsOf(steps[2]!)).toEqual(["b", "a"]);
    expect(edgesOf(steps)).toEqual([
      ["a", "b"],
      ["b", "c"],
      ["a", "c"],
    ]);
  });
  it("names the circle that an arrow would close", () => {
    expect(closes(edgesOf(steps), "c", "a")).toEqual(["a", "c", "a"]);
    expect(closes(edgesOf(steps), "a", "a")).toEqual(["a", "a"]);
    expect(closes(edgesOf(steps), "a", "c")).toBeNull();
  });
  it("gives free names", () => {
    expect(fresh("shell", ["shell", "shell-2"])).toBe("shell-3");
    expect(fresh("Ünï 9", [])).toMatch(/^[a-z][a-z0-9-]*$/);
  });
  it("lets mentions follow a name, and only whole names", () => {
    expect(renamed("{{ steps.a.outputs.x }} {{steps.ab.outputs.x}}", "a", "z")).toBe(
      "{{ steps.z.outputs.x }} {{steps.ab.outputs.x}}",
    );
  });
  it("reads conditions, in which a name needs no braces", () => {
    const step: StepSpec = {
      name: "d",
      template: "shell",
      when: "steps.a.outputs.x == 'steps.b.outputs.x' and {{ steps.c.outputs.x }} > 1 or not-steps.e.outputs.x",
    };
    expect(needsOf(step)).toEqual(["c", "a"]);
    const moved = renamed(renamed(step, "a", "z"), "b", "y");
    expect(moved.when).toBe(
      "steps.z.outputs.x == 'steps.b.outputs.x' and {{ steps.c.outputs.x }} > 1 or not-steps.e.outputs.x",
    );
    expect(renamed({ when: "steps.a.outputs.x" }, "a", "z").when).toBe("steps.a.outputs.x");
  });
});
