/** Waiting for a server that is away where one cannot go on without it: code of a page that is not loaded yet, pages of their own. */
import { type MouseEvent, useSyncExternalStore } from "react";

const PAUSE = 1000;

let away: Promise<void> | null = null;
const watchers = new Set<() => void>();

function became(next: Promise<void> | null) {
  away = next;
  for (const tell of watchers) tell();
}

/** Whether somebody waits for the server now. */
export function useWaited(): boolean {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => away !== null,
  );
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).status < 502;
  } catch {
    return false;
  }
}

async function wait(): Promise<void> {
  do await new Promise((go) => setTimeout(go, PAUSE));
  while (!(await answers()));
  became(null);
}

/** Until the server answers: all who wait ask it together. */
export async function answered(): Promise<void> {
  if (away === null && (await answers())) return;
  if (away === null) became(wait());
  await away;
}

/** Style sheets that code came with and that could not be loaded; the build's own loader asks for each but once. */
const unstyled = new Set<string>();

window.addEventListener("vite:preloadError", (event) => {
  const sheet = /Unable to preload CSS for (\S+)/.exec(
    (event as Event & { payload?: Error }).payload?.message ?? "",
  )?.[1];
  if (!sheet) return;
  unstyled.add(sheet);
  event.preventDefault();
});

function styled(): Promise<unknown> {
  return Promise.all(
    [...unstyled].map(
      (href) =>
        new Promise<void>((done, failed) => {
          const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
          link.addEventListener("load", () => {
            unstyled.delete(href);
            done();
          });
          link.addEventListener("error", () => {
            link.remove();
            failed(new Error(`Unable to load ${href}`));
          });
          document.head.append(link);
        }),
    ),
  );
}

/** Load code; while the server is away, wait for it and go on then. Rejects when the server answers and the code is not there: a newer
 * version of the console was installed meanwhile. */
export async function patient<T>(load: () => Promise<T>): Promise<T> {
  for (let twice = false; ; ) {
    try {
      const made = await load();
      await styled();
      return made;
    } catch (error) {
      if (await answers()) {
        if (twice) throw error;
        twice = true;
      } else {
        await answered();
        twice = false;
      }
    }
  }
}

/** A press on a link that leaves the console: it is followed when the server answers, so that nobody lands on an error of the browser. */
export function gently(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  void answered().then(() => location.assign(href));
}
