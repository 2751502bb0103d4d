/** The time, once a second for everything that shows it. */
import { useSyncExternalStore } from "react";

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const tellers = new Set<() => void>();

function subscribe(tell: () => void) {
  tellers.add(tell);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of tellers) each();
  }, 1000);
  return () => {
    tellers.delete(tell);
    if (tellers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Milliseconds since 1970, renewed each second while `moving`. */
export function useNow(moving = true): number {
  return useSyncExternalStore(moving ? subscribe : () => () => {}, () => now);
}
