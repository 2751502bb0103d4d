/** A file as it can be looked at: image, table, JSON, text, page; else in words why not. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { csv } from "@/lib/csv";
import { bytes } from "@/lib/format";
import { Grid, Markdown } from "@/ui/markdown";
import { css, Failure, Loading } from "@/ui/page";
import type { File } from "./artifacts";
import own from "./run.module.css";

const HEAD = 256 * 1024;
const WHOLE = 8 * 2 ** 20;
const ROWS = 200;
async function bytesOf(file: File, first: number): Promise<ArrayBuffer> {
  const answer = await fetch(`${file.url}?first=${first}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.arrayBuffer();
}

export function Preview({ file }: { file: File }) {
  const { t } = useTranslation();
  const name = file.path.toLowerCase();
  if (/\.(png|jpe?g|gif|webp|avif)$/.test(name))
    return <img src={file.url} alt={file.path} className={own.image} />;
  if (name.endsWith(".parquet"))
    return file.size <= WHOLE ? (
      <Parquet file={file} />
    ) : (
      <span className={css.dim}>{t("run.preview.tooLarge", { size: bytes(file.size) })}</span>
    );
  if (/\.(joblib|pkl|pickle|pt|pth|onnx|h5|npy|npz|zip|gz|tar|bin|safetensors)$/.test(name))
    return <span className={css.dim}>{t("run.preview.binary")}</span>;
  return <Text file={file} />;
}

function Text({ file }: { file: File }) {
  const { t } = useTranslation();
  const name = file.path.toLowerCase();
  const page = /\.(html?|ipynb|svg)$/.test(name);
  const query = useQuery({
    queryKey: ["artifact", file.id],
    queryFn: async () => new TextDecoder().decode(await bytesOf(file, page ? WHOLE : HEAD)),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (query.error) return <Failure error={query.error} />;
  if (query.data === undefined) return <Loading rows={3} />;
  const text = query.data;
  const cut =
    file.size > HEAD && !page ? (
      <p className={css.dim}>{t("run.preview.partial", { part: bytes(HEAD), size: bytes(file.size) })}</p>
    ) : null;
  if (text.slice(0, 2000).includes("\0")) return <span className={css.dim}>{t("run.preview.binary")}</span>;
  if (/\.html?$/.test(name))
    return <iframe title={file.path} sandbox="" srcDoc={text} className={own.frame} />;
  // the server sends an SVG as text; as the source of an image it runs no script, and a data: address has an origin of its own
  if (name.endsWith(".svg"))
    return (
      <img
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`}
        alt={file.path}
        className={own.image}
      />
    );
  if (name.endsWith(".ipynb")) return <Notebook text={text} />;
  if (/\.(csv|tsv)$/.test(name))
    return (
      <>
        {cut}
        <Grid rows={csv(text, name.endsWith(".tsv") ? "\t" : ",", ROWS + 1)} total={null} />
      </>
    );
  if (name.endsWith(".json"))
    return (
      <>
        {cut}
        <pre tabIndex={0} className={css.code}>
          {pretty(text)}
        </pre>
      </>
    );
  if (name.endsWith(".md"))
    return (
      <>
        {cut}
        <Markdown text={text} />
      </>
    );
  return (
    <>
      {cut}
      <pre tabIndex={0} className={css.code}>
        {text}
      </pre>
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Parquet({ file }: { file: File }) {
  const query = useQuery({
    queryKey: ["parquet", file.id],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async () => {
      const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
      const data = await bytesOf(file, WHOLE);
      const metadata = await parquetMetadataAsync(data);
      const rows = (await parquetReadObjects({ file: data, rowEnd: ROWS })) as Record<string, unknown>[];
      return { rows, total: Number(metadata.num_rows) };
    },
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading rows={3} />;
  const names = Object.keys(query.data.rows[0] ?? {});
  const shown = (value: unknown) =>
    typeof value === "bigint" ? Number(value) : value instanceof Date ? value.toISOString() : value;
  return (
    <Grid
      rows={[names, ...query.data.rows.map((row) => names.map((name) => shown(row[name])))]}
      total={query.data.total}
    />
  );
}

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: {
    text?: string | string[];
    data?: Record<string, string | string[]>;
    ename?: string;
    evalue?: string;
  }[];
}

function Notebook({ text }: { text: string }) {
  const { t } = useTranslation();
  let cells: Cell[];
  try {
    cells = (JSON.parse(text) as { cells: Cell[] }).cells;
  } catch {
    return <span className={css.dim}>{t("run.preview.notebook")}</span>;
  }
  const joined = (value: string | string[] | undefined) =>
    Array.isArray(value) ? value.join("") : (value ?? "");
  return (
    <div className={`${css.stack} ${css.gap10}`}>
      {cells.map((cell, index) => (
        <div key={index}>
          {cell.cell_type === "markdown" ? (
            <Markdown text={joined(cell.source)} />
          ) : (
            <pre tabIndex={0} className={css.code}>
              {joined(cell.source)}
            </pre>
          )}
          {cell.outputs?.map((output, at) => (
            <div key={at} className={css.pCell}>
              {output.data?.["image/png"] ? (
                <img
                  alt={t("run.preview.cell", { n: index + 1 })}
                  src={`data:image/png;base64,${joined(output.data["image/png"]).trim()}`}
                  className={css.maw100}
                />
              ) : output.data?.["text/html"] ? (
                <iframe
                  title={t("run.preview.cell", { n: index + 1 })}
                  sandbox=""
                  srcDoc={joined(output.data["text/html"])}
                  className={own.smallFrame}
                />
              ) : (
                <pre className={`${css.mono} ${css.flush} ${css.preWrap} ${output.ename ? css.bad : ""}`}>
                  {joined(output.text) ||
                    joined(output.data?.["text/plain"]) ||
                    `${output.ename}: ${output.evalue}`}
                </pre>
              )}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Headings, lists, tables and paragraphs: what reports are made of. Anything else stays as it is written. */
