import { expect, it } from "vitest";
import { cache, put } from "./cache";

it("does not show an answer that was asked for before the platform told something newer", async () => {
  const key = ["notebook", "one"];
  cache.setQueryData(key, "RUNNING");
  let answer: (text: string) => void = () => {};
  const asked = cache.fetchQuery({
    queryKey: key,
    staleTime: 0,
    queryFn: () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      }),
  });
  put(key, "STOPPED");
  answer("STOPPING");
  await asked;
  expect(cache.getQueryData(key)).toBe("STOPPED");
  await cache.fetchQuery({ queryKey: key, staleTime: 0, queryFn: () => Promise.resolve("DELETED") });
  expect(cache.getQueryData(key)).toBe("DELETED");
});
