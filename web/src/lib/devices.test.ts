// @vitest-environment node
import { describe, expect, it } from "vitest";
import { read, requested, said, written } from "./devices";

describe("amounts of devices as lines", () => {
  it.each<[string[], Record<string, number>, string | null]>([
    [[], {}, null],
    [["rdma"], { rdma: 1 }, null],
    [[" rdma = 2 ", "gpu.nvidia.com"], { rdma: 2, "gpu.nvidia.com": 1 }, null],
    [["rdma", "rdma=3"], { rdma: 3 }, null],
    [["rdma=", "fpga"], { fpga: 1 }, "rdma="],
    [["rdma=0"], {}, "rdma=0"],
    [["rdma=1.5"], {}, "rdma=1.5"],
    [["rdma=many", "=2"], {}, "rdma=many"],
    [["rdma=2=3"], {}, "rdma=2=3"],
    [["rdma=99999999999999999999"], {}, "rdma=99999999999999999999"],
    [["two words"], {}, "two words"],
  ])("%j", (lines, amounts, bad) => expect(read(lines)).toEqual({ amounts, bad }));
  it("are the same again", () =>
    expect(read(written({ rdma: 2, "gpu.nvidia.com": 1 })).amounts).toEqual({
      rdma: 2,
      "gpu.nvidia.com": 1,
    }));
  it("keep odd names", () => expect(written(read(["__proto__=2"]).amounts)).toEqual(["__proto__=2"]));
});

it.each([
  [{ gpu: 0 }, ""],
  [{ gpu: 2 }, ", 2 GPU"],
  [{ gpu: 1, gpu_share: "0.5", gpu_type: "A100" }, ", 0.5 GPU A100"],
  [{ gpu: 2, gpu_share: "8Gi" }, ", 2 × 8Gi GPU"],
  [{ gpu: 0, devices: { rdma: 1 }, claims: { "gpu.nvidia.com": 2 } }, ", rdma, gpu.nvidia.com=2"],
])("says what is requested: %j", (value, words) => expect(requested(value)).toBe(words));

it("leaves out what says nothing", () =>
  expect(said({ gpu: 0, gpu_type: "", gpu_share: "", devices: {}, claims: {} })).toEqual({ gpu: 0 }));
