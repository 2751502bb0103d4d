import { QueryObserver } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
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

it("fetches again what an event invalidated during its first fetch", async () => {
  const answers: ((text: string) => void)[] = [];
  const observer = new QueryObserver(cache, {
    queryKey: ["requests", "one"],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  });
  const stop = observer.subscribe(() => {});
  void cache.invalidateQueries({ queryKey: ["requests"] });
  answers[0]!("before the event");
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!("after the event");
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe("after the event"));
  expect(answers).toHaveLength(2);
  stop();
});
