/** What lies over the page: the palette, the list of keys, the page as code. Its parts are loaded when it is first opened. */
import { useSyncExternalStore } from "react";

type Over = "palette" | "keys" | "code" | null;

let over: Over = null;
const tellers = new Set<() => void>();

export function show(next: Over) {
  over = next;
  for (const tell of tellers) tell();
}

export function useOver(): Over {
  return useSyncExternalStore(
    (tell) => {
      tellers.add(tell);
      return () => tellers.delete(tell);
    },
    () => over,
  );
}
