/** A log by lines without loading it: an index of where lines begin, pages fetched when they are looked at, and the end live. */
import { cache } from "@/app/cache";
import { ask } from "@/app/client";
import { listen } from "@/app/socket";
import { LogPartDocument, LogsDocument, PodLogIndexDocument } from "@/gen/graphql";

export interface Line {
  text: string;
  /** Milliseconds since 1970, when it is known. */
  at: number | null;
}

type Stamps = [position: number, micros: number][];
const EXTRA = 16 * 1024;
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
  private pages = new Map<number, Line[] | "wanted">();
  private tail = "";
  private stamps: Stamps = [];
  private ends: Line[] = [];
  private stop = () => {};
  private closed = false;

  constructor(private pod: string, private changed: () => void) {
    void this.open();
  }

  close() {
    this.closed = true;
    this.stop();
  }

  /** Line `n` from 0, or null while its page is on its way. */
  line(n: number): Line | null {
    const last = this.marks.length - 1;
    if (n > this.marks[last]![1] || (last === 0 && n >= 0)) return this.ends[n - this.marks[last]![1]] ?? { text: "", at: null };
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.marks[middle]![1] < n) low = middle;
      else high = middle - 1;
    }
    const page = this.pages.get(low);
    if (page === undefined) void this.fetch(low);
    if (page === undefined || page === "wanted") return null;
    return page[n - this.marks[low]![1]] ?? { text: "", at: null };
  }

  private async open() {
    try {
      const data = await ask(PodLogIndexDocument, { id: this.pod });
      if (this.closed || !data.pod) return;
      const index = data.pod.logIndex as { size: number; lines: number; marks: [number, number][] };
      this.marks = index.marks.length ? index.marks : [[0, 0]];
      const [from, before] = this.marks.at(-1)!;
      this.count = index.lines + (index.size > from ? 1 : 0);
      this.size = index.size;
      this.ready = true;
      this.tail = "";
      this.stamps = [];
      const variables = { pod: this.pod, since: from };
      this.stop = listen(LogsDocument, variables, ({ logs }) => {
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
      }, (error) => {
        if (error) this.error = error;
        this.changed();
      });
    } catch (error) {
      this.error = error;
    }
    this.changed();
  }

  private async fetch(page: number) {
    this.pages.set(page, "wanted");
    const [from] = this.marks[page]!;
    const [to] = this.marks[page + 1]!;
    try {
      const { log } = await cache.fetchQuery({ queryKey: ["log-part", this.pod, from], queryFn: () => ask(LogPartDocument, { pod: this.pod, since: from, first: to - from + EXTRA }), staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 });
      if (!log || this.closed) return;
      const whole = split(log.text, log.start, log.stamps as Stamps);
      this.pages.set(page, whole);
      if (this.pages.size > 200) {
        const oldest = this.pages.keys().next().value!;
        if (oldest !== page) this.pages.delete(oldest);
      }
    } catch (error) {
      this.error = error;
      this.pages.delete(page);
    }
    this.changed();
  }
}
