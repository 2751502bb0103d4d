/** One socket for everything live: it comes back by itself, resumes by cursor, and falls back to SSE where sockets are blocked. */
import { type Client, createClient } from "graphql-ws";
import { useSyncExternalStore } from "react";
import type { TypedDocumentString } from "@/gen/graphql";

type Live = "idle" | "live" | "reconnecting";

let state: Live = "idle";
let everLive = false;
let failures = 0;
let client: Client | null = null;
const watchers = new Set<() => void>();
const returned = new Set<() => void>();
const ousted = new Set<() => void>();
/** How the server closes a socket whose session is over. */
const SIGNED_OUT = 4403;
let open = 0;

function become(next: Live) {
  if (next === state) return;
  const back = next === "live" && state === "reconnecting";
  state = next;
  for (const tell of watchers) tell();
  if (back) for (const tell of returned) tell();
}

/** Calls `then` whenever the connection is back after a break. */
export function onReturn(then: () => void): () => void {
  returned.add(then);
  return () => returned.delete(then);
}

/** Calls `then` when the server says that nobody is signed in any more. */
export function onOusted(then: () => void): () => void {
  ousted.add(then);
  return () => ousted.delete(then);
}

/** Whether news arrive: "idle" when nothing is listened to. */
export function useLive(): Live {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => state,
  );
}

function socket(): Client {
  client ??= createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: async (tries) => {
      await new Promise((go) =>
        setTimeout(go, Math.min(250 * 2 ** tries, 4000) * (0.75 + Math.random() / 2)),
      );
    },
    keepAlive: 15_000,
    on: {
      connected: () => {
        everLive = true;
        failures = 0;
        become("live");
      },
      closed: (event) => {
        failures += 1;
        if ((event as CloseEvent).code === SIGNED_OUT) for (const tell of ousted) tell();
        become(open > 0 ? "reconnecting" : "idle");
      },
    },
  });
  return client;
}

interface Message<R> {
  data?: R | null;
  errors?: readonly { message: string }[];
}

/** News until `stop` is called. `variables` may be changed by the caller (a cursor): a new connection sends them as they are then. */
export function listen<R, V extends object>(
  document: TypedDocumentString<R, V>,
  variables: V,
  tell: (data: R) => void,
  ended?: (error: Error | null) => void,
): () => void {
  let stopped = false;
  let stop = () => {};
  let again: ReturnType<typeof setTimeout> | undefined;
  let broken = 0;
  open += 1;
  const next = (message: Message<R>) => {
    if (!stopped && message.data) tell(message.data);
    if (message.data) broken = 0;
    if (!stopped && message.errors?.length) ended?.(new Error(message.errors[0]!.message));
  };
  /** A subscription that the server broke off is begun again a little later; one that is over is over. */
  const done = (error: Error | null) => {
    if (stopped) return;
    ended?.(error);
    if (!error) return;
    broken += 1;
    again = setTimeout(begin, Math.min(1000 * 2 ** broken, 30_000));
  };
  const query = document.toString();
  const begin = () => {
    if (!everLive && failures >= 3) {
      stop = events(query, variables, next, done);
      return;
    }
    const leave = socket().subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: (value) => next(value as Message<R>),
        error: (error) =>
          done(
            error instanceof Error
              ? error
              : new Error((error as { message?: string }[])[0]?.message ?? "The connection was refused."),
          ),
        complete: () => done(null),
      },
    );
    let fallback: (() => void) | null = null;
    const watch = setInterval(() => {
      if (everLive || stopped) clearInterval(watch);
      else if (failures >= 3) {
        clearInterval(watch);
        leave();
        fallback = events(query, variables, next, done);
      }
    }, 500);
    stop = () => {
      clearInterval(watch);
      leave();
      fallback?.();
    };
  };
  begin();
  return () => {
    if (stopped) return;
    stopped = true;
    clearTimeout(again);
    open -= 1;
    stop();
    if (open === 0) become("idle");
  };
}

/** The same over server-sent events, one request a subscription. */
function events<R>(
  query: string,
  variables: object,
  next: (message: Message<R>) => void,
  done: (error: Error | null) => void,
): () => void {
  const end = new AbortController();
  const run = async () => {
    for (let tries = 0; !end.signal.aborted; tries += 1) {
      try {
        const answer = await fetch("/graphql", {
          method: "POST",
          signal: end.signal,
          headers: { "content-type": "application/json", accept: "text/event-stream", "x-cube-request": "1" },
          body: JSON.stringify({ query, variables }),
        });
        if (!answer.ok || !answer.body) throw new Error(`The server answered ${answer.status}.`);
        become("live");
        tries = 0;
        let rest = "";
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
          const { value, done: over } = await reader.read();
          if (over) break;
          rest += value;
          const parts = rest.split(/\r?\n\r?\n/);
          rest = parts.pop()!;
          for (const part of parts) {
            const kind = /^event: ?(.*)$/m.exec(part)?.[1];
            const data = [...part.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1]).join("\n");
            if (kind === "next") next(JSON.parse(data) as Message<R>);
            if (kind === "complete") return done(null);
          }
        }
      } catch (error) {
        if (end.signal.aborted) return;
        if (tries > 1000) return done(error as Error);
      }
      become("reconnecting");
      await new Promise((go) => setTimeout(go, Math.min(250 * 2 ** tries, 4000)));
    }
  };
  void run();
  return () => end.abort();
}
