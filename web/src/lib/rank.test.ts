// @vitest-environment node
import { expect, it } from "vitest";
import { type Compared, differences, divergence, parting } from "./rank";

function run(id: string, state: string, params: Record<string, unknown>, memory = 1): Compared {
  const steps = [
    { name: "load", template: "shell@1" },
    { name: "train", template: "shell@1", needs: ["load"], resources: { memory } },
  ];
  return {
    id,
    state,
    params,
    definition: { name: "p", steps },
    machines: { train: id },
    score: null,
    steps: [
      { name: "load", state: "SUCCEEDED", reason: null, outputs: null, seconds: 1 },
      { name: "train", state, reason: state === "FAILED" ? "OOMKilled" : null, outputs: null, seconds: 1 },
    ],
  };
}

it("puts first what parts the runs as their ends do", () => {
  const runs = [
    run("1", "SUCCEEDED", { batch: 32, seed: 1 }),
    run("2", "FAILED", { batch: 256, seed: 2 }),
    run("3", "SUCCEEDED", { batch: 32, seed: 3 }),
  ];
  const found = differences(runs);
  expect(found[0]!.name).toBe("batch");
  expect(found[0]!.weight).toBe(1);
  expect(found.find((each) => each.name === "seed")!.weight).toBe(0);
  expect(divergence(runs)).toBe("train");
});

it("thinks of resources first when something starved", () => {
  const found = differences([run("1", "SUCCEEDED", {}, 2), run("2", "FAILED", {}, 1)]);
  expect(found[0]!.kind).toBe("resources");
});

it("parts by scores when all ended alike", () => {
  const runs = [0.9, 0.91, 0.5, 0.52].map((score, index) => ({
    ...run(String(index), "SUCCEEDED", {}),
    score,
  }));
  expect(parting(["a", "a", "b", "b"], runs)).toBeGreaterThan(0.95);
  expect(parting(["a", "b", "a", "b"], runs)).toBeLessThan(0.05);
});
