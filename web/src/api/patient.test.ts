import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { patient } from "./patient";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server that is away for some questions. */
function server(away: number) {
  const ask = vi.fn(() =>
    away-- > 0 ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve({ status: 200 }),
  );
  vi.stubGlobal("fetch", ask);
  return ask;
}

it("loads at once, without asking the server", async () => {
  const ask = server(0);
  expect(await patient(() => Promise.resolve("code"))).toBe("code");
  expect(ask).not.toHaveBeenCalled();
});

it("waits for a server that is away, and loads then", async () => {
  server(4);
  let there = false;
  const load = vi.fn(() =>
    there
      ? Promise.resolve("code")
      : Promise.reject(new TypeError("Failed to fetch dynamically imported module")),
  );
  const loaded = patient(load);
  await vi.advanceTimersByTimeAsync(1500);
  expect(load).toHaveBeenCalledTimes(1);
  there = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await loaded).toBe("code");
});

it("gives up on code that a server which answers does not have", async () => {
  server(0);
  await expect(patient(() => Promise.reject(new TypeError("gone")))).rejects.toThrow("gone");
});
