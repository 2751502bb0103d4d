/** A log by lines without loading it: an index of where lines begin, parts fetched when they are looked at, and the end live. Of a line
that is written again and again after carriage returns, what was written last is what counts, however long the line is. */
import { cache } from "@/api/cache";
import { ask } from "@/api/client";
import { listen } from "@/api/socket";
import { LogPartDocument, LogsDocument, PodLogIndexDocument } from "@/gen/graphql";
import { redrawn } from "@/lib/ansi";

export interface Line {
  text: string;
  /** Milliseconds since 1970, when it is known. */
  at: number | null;
}

type Stamps = [position: number, micros: number][];
/** Bytes of one line that are fetched when it does not lie within a page. */
const MOST_LINE = 64 * 1024;
const MOST_PARTS = 400;
const MOST_TAIL = 2 ** 20;
const encoder = new TextEncoder();

/** Text as lines with times; `start` is the position of its first byte. */
export function split(text: string, start: number, stamps: Stamps): Line[] {
  let position = start;
  let mark = 0;
  return text.split("\n").map((line) => {
    while (mark + 1 < stamps.length && stamps[mark + 1]![0] <= position) mark += 1;
    const stamp = stamps[mark];
    const at = stamp && stamp[0] <= position ? stamp[1] / 1000 : null;
    position += encoder.encode(line).length + 1;
    return { text: line, at };
  });
}

export class Logbook {
  count = 0;
  size = 0;
  done = false;
  ready = false;
  error: unknown = null;
  private marks: [number, number][] = [[0, 0]];
  /** Of lines that go over a mark: where what is shown of them begins. */
  private across = new Map<number, number>();
  private parts = new Map<string, Line[] | "wanted">();
  private tail = "";
  private stamps: Stamps = [];
  private ends: Line[] = [];
  private stop = () => {};
  private closed = false;

  constructor(
    private pod: string,
    private changed: () => void,
  ) {
    void this.open();
  }

  close() {
    this.closed = true;
    this.stop();
  }

  /** Line `n` from 0, or null while it is on its way. */
  line(n: number): Line | null {
    const last = this.marks.length - 1;
    const [from, before] = this.marks[last]!;
    const shown = this.across.get(n);
    if (n >= before) {
      const end = this.ends[n - before] ?? null;
      if (n > before || shown === undefined || shown >= from || !end || redrawn(end.text)) return end;
      const head = this.part(shown, Math.min(from - shown, MOST_LINE));
      return head && { text: head[0]!.text + end.text, at: head[0]!.at };
    }
    if (shown !== undefined) return this.part(shown, MOST_LINE)?.[0] ?? null;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.marks[middle]![1] <= n) low = middle;
      else high = middle - 1;
    }
    const [begin, lines] = this.marks[low]!;
    return this.part(begin, this.marks[low + 1]![0] - begin)?.[n - lines] ?? null;
  }

  private async open() {
    try {
      const data = await ask(PodLogIndexDocument, { id: this.pod });
      if (this.closed || !data.pod) return;
      const index = data.pod.logIndex as {
        size: number;
        lines: number;
        marks: [number, number][];
        across: [number, number][];
      };
      this.marks = index.marks.length ? index.marks : [[0, 0]];
      this.across = new Map(index.across);
      const [from, before] = this.marks.at(-1)!;
      this.count = index.lines + (index.size > from ? 1 : 0);
      this.size = index.size;
      this.ready = true;
      this.tail = "";
      this.stamps = [];
      this.ends = [];
      const variables = { pod: this.pod, since: from };
      this.stop = listen(
        LogsDocument,
        variables,
        ({ logs }) => {
          variables.since = logs.cursor;
          this.stamps.push(...(logs.stamps as Stamps));
          this.tail += logs.text;
          this.size = logs.cursor;
          this.done = logs.done;
          if (this.tail.length > MOST_TAIL) {
            this.stop();
            void this.open();
            return;
          }
          this.ends = split(this.tail, from, this.stamps);
          if (this.ends.at(-1)?.text === "" && this.ends.length > 1) this.ends.pop();
          this.count = this.size === 0 ? 0 : before + this.ends.length;
          this.changed();
        },
        (error) => {
          if (error) this.error = error;
          this.changed();
        },
      );
    } catch (error) {
      this.error = error;
    }
    this.changed();
  }

  /** The lines of some bytes, which will not change any more; null while they are on their way. */
  private part(since: number, first: number): Line[] | null {
    const key = `${since}+${first}`;
    const there = this.parts.get(key);
    if (there === undefined) void this.fetch(key, since, first);
    return there === undefined || there === "wanted" ? null : there;
  }

  private async fetch(key: string, since: number, first: number) {
    this.parts.set(key, "wanted");
    try {
      const { log } = await cache.fetchQuery({
        queryKey: ["log-part", this.pod, since, first],
        queryFn: () => ask(LogPartDocument, { pod: this.pod, since, first }),
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 60_000,
      });
      if (!log || this.closed) return;
      this.parts.set(key, split(log.text, log.start, log.stamps as Stamps));
      const oldest = this.parts.keys().next().value!;
      if (this.parts.size > MOST_PARTS && oldest !== key) this.parts.delete(oldest);
    } catch (error) {
      this.error = error;
      this.parts.delete(key);
    }
    this.changed();
  }
}
