/** The log of a pod: any length, live, with times, colours, search, errors, and a link to each line. */
import { Button, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue, useThrottledValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { LogErrorsDocument, LogSearchDocument } from "@/gen/graphql";
import { spans, styleOf } from "@/lib/ansi";
import { Failure, Loading, css as ui } from "@/ui/page";
import { Logbook } from "./logbook";
import css from "./run.module.css";

interface Hits {
  count: number;
  lines: [number, number][];
}

const HEIGHT = 19;

function useBook(pod: string): Logbook | null {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [book, setBook] = useState<Logbook | null>(null);
  useEffect(() => {
    let frame = 0;
    const made = new Logbook(pod, () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        redraw();
      });
    });
    setBook(made);
    return () => {
      cancelAnimationFrame(frame);
      made.close();
    };
  }, [pod]);
  return book;
}

export function Log({ pod, moving }: { pod: string; moving: boolean }) {
  const { t, i18n } = useTranslation();
  const search = useSearch({ strict: false });
  const go = useNavigate();
  const book = useBook(pod);
  const wanted = search.line ? Number(search.line) - 1 : null;
  const [follow, setFollow] = useState(wanted === null);
  const [wrap, setWrap] = useState(false);
  const [words, setWords] = useState("");
  const [find] = useDebouncedValue(words.trim(), 200);
  const [hit, setHit] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const count = book?.count ?? 0;
  // A search reads the whole log: while it grows, the longer it is the less often.
  const settled = useThrottledValue(
    book?.done ? "done" : Math.floor((book?.size ?? 0) / 65_536),
    Math.min(2000 + (book?.size ?? 0) / 4000, 20_000),
  );
  const found = useQuery({
    queryKey: ["log-search", pod, find, settled],
    enabled: find.length > 0,
    queryFn: () => ask(LogSearchDocument, { id: pod, text: find }),
    placeholderData: (old) => old,
  });
  const wrong = useQuery({
    queryKey: ["log-errors", pod, settled],
    queryFn: () => ask(LogErrorsDocument, { id: pod }),
    placeholderData: (old) => old,
    enabled: count > 0,
  });
  const hits = find ? (found.data?.pod?.logSearch as Hits | undefined) : undefined;
  const errors = wrong.data?.pod?.logSearch as Hits | undefined;
  const hitLines = useMemo(() => new Set(hits?.lines.map(([line]) => line)), [hits]);
  const errorLines = useMemo(() => new Set(errors?.lines.map(([line]) => line)), [errors]);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => HEIGHT,
    overscan: 30,
    getItemKey: (index) => index,
  });
  useEffect(() => {
    if (follow && count > 0) rows.scrollToIndex(count - 1, { align: "end" });
  }, [follow, count, rows]);
  const jumped = useRef(false);
  useEffect(() => {
    if (wanted !== null && count > wanted && !jumped.current) {
      jumped.current = true;
      rows.scrollToIndex(wanted, { align: "center" });
    }
  }, [wanted, count, rows]);
  const show = (line: number) => {
    setFollow(false);
    jumped.current = true;
    rows.scrollToIndex(line, { align: "center" });
    void go({ to: ".", search: (now) => ({ ...now, line: String(line + 1) }), replace: true });
  };
  const step = (by: number) => {
    if (!hits?.lines.length) return;
    const next = (hit + by + hits.lines.length) % hits.lines.length;
    setHit(next);
    show(hits.lines[next]![0]);
  };
  useEffect(() => setHit(-1), [find]);
  const clock = useMemo(
    () =>
      new Intl.DateTimeFormat(i18n.language, {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        fractionalSecondDigits: 3,
        hour12: false,
      }),
    [i18n.language],
  );
  if (book?.error)
    return (
      <div className={ui.p14}>
        <Failure error={book.error} />
      </div>
    );
  if (!book?.ready) return <Loading rows={6} what={t("log.loading")} />;
  return (
    <>
      <div className={css.logBar}>
        <TextInput
          type="search"
          size="xs"
          w={170}
          aria-label={t("log.find")}
          placeholder={t("log.findInLines", { count })}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          }}
        />
        {find && (
          <span className={ui.dim} aria-live="polite">
            {hits ? t("log.lines", { count: hits.count }) : "…"}
            {hits && hits.count > 0 && hit >= 0 ? ` · ${hit + 1}` : ""}
          </span>
        )}
        {errors && errors.count > 0 && (
          <Button size="compact-xs" color="red" variant="light" onClick={() => show(errors.lines[0]![0])}>
            {t("log.errors", { count: errors.count })}
          </Button>
        )}
        <span className={ui.grow} />
        <Switch
          size="xs"
          label={t("log.wrap")}
          checked={wrap}
          onChange={(event) => {
            setWrap(event.currentTarget.checked);
            rows.measure();
          }}
        />
        <Switch
          size="xs"
          label={t("log.follow")}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <a href={`/pods/${pod}/log`} download>
          {t("common.download")}
        </a>
      </div>
      {count === 0 ? (
        <div className={`${ui.dim} ${ui.p20}`}>{book.done ? t("log.empty") : t("log.emptyYet")}</div>
      ) : (
        <div
          ref={box}
          className={css.log}
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label={t("common.log")}
          onWheel={(event) => {
            if (event.deltaY < 0) setFollow(false);
          }}
        >
          <div className={ui.relative} style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((row) => {
              const line = book.line(row.index);
              const look = [
                css.line,
                wrap ? css.wrapped : "",
                hitLines.has(row.index) ? css.hit : errorLines.has(row.index) ? css.error : "",
                row.index === wanted ? css.here : "",
              ].join(" ");
              return (
                <div
                  key={row.key}
                  data-index={row.index}
                  ref={wrap ? rows.measureElement : undefined}
                  className={look}
                  style={{ transform: `translateY(${row.start}px)`, minHeight: HEIGHT }}
                >
                  <a
                    href={`?${new URLSearchParams([...Object.entries(search).filter((pair): pair is [string, string] => Boolean(pair[1]) && pair[0] !== "line"), ["line", String(row.index + 1)]])}`}
                    onClick={(event) => {
                      event.preventDefault();
                      show(row.index);
                    }}
                    aria-label={t("common.line", { n: row.index + 1 })}
                  >
                    {row.index + 1}
                  </a>
                  <time>{line?.at ? clock.format(line.at) : ""}</time>
                  <span>
                    {line === null
                      ? "…"
                      : spans(line.text).map((span, index) => (
                          <span key={index} style={styleOf(span)}>
                            {span.text.length > 20_000 ? `${span.text.slice(0, 20_000)}…` : span.text}
                          </span>
                        ))}
                  </span>
                </div>
              );
            })}
          </div>
          {book.done && !moving ? null : <span className={`${ui.dim} ${css.tail}`} />}
        </div>
      )}
    </>
  );
}
