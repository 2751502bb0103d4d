import { beforeEach, describe, expect, it, vi } from "vitest";

async function opened(address: string, kept?: string) {
  localStorage.clear();
  if (kept !== undefined) localStorage.setItem("cube-scope", kept);
  history.replaceState(null, "", address);
  vi.resetModules();
  return import("./scope");
}

/** What an address without a project becomes. */
const filled = (scope: Awaited<ReturnType<typeof opened>>, search: { project?: string } = {}) =>
  scope.inScope({ search, next: (same) => same }).project;

beforeEach(() => history.replaceState(null, "", "/"));

describe("the project that lists are of", () => {
  it.each([
    ["/runs?project=one", "two", "one"],
    ["/runs", "two", undefined],
    ["/", "two", "two"],
    ["/?project=one", "two", "one"],
    ["/runs/some-id", "two", "two"],
    ["/runs/some-id", undefined, undefined],
    ["/models?project=", "two", undefined],
  ])("opened at %s, with %s chosen before: %s", async (address, kept, then) => {
    expect(filled(await opened(address, kept))).toBe(then);
  });

  it("follows the lists that are gone to, and nothing else", async () => {
    const scope = await opened("/runs?project=one");
    scope.follow("/runs/some-id", {});
    expect(filled(scope)).toBe("one");
    expect(filled(scope, { project: "three" })).toBe("three");
    scope.follow("/models", { project: "two" });
    expect(filled(scope)).toBe("two");
    scope.follow("/models", {});
    expect(filled(scope)).toBe(undefined);
  });

  it.each([
    ["/runs/x", "/runs"],
    ["/projects/a/pipelines/b", "/pipelines"],
    ["/projects/a", "/"],
    ["/compare", "/runs"],
    ["/people", "/"],
    ["/", "/"],
  ])("%s is of the list %s", async (path, list) => {
    expect((await opened("/")).listOf(path)).toBe(list);
  });
});
