/** A little Markdown: headings, lists, tables and paragraphs, as reports and cards have them; never HTML. */
import { useTranslation } from "react-i18next";
import { brief } from "@/lib/format";
import { css } from "./page";

const ROWS = 200;

export function Markdown({ text }: { text: string }) {
  const blocks = text.split(/\n{2,}/);
  return (
    <div className={`${css.stack} ${css.gap8}`}>
      {blocks.map((block, index) => {
        const lines = block.split("\n").filter((line) => line.trim());
        const heading = /^(#{1,4})\s+(.*)/.exec(lines[0] ?? "");
        if (heading && lines.length === 1)
          return (
            <b key={index} style={{ fontSize: 17 - heading[1]!.length }}>
              {heading[2]}
            </b>
          );
        if (lines.length > 1 && lines.every((line) => line.trim().startsWith("|"))) {
          const rows = lines
            .filter((line) => !/^\s*\|[\s:|-]+\|\s*$/.test(line))
            .map((line) =>
              line
                .trim()
                .replace(/^\||\|$/g, "")
                .split("|")
                .map((cell) => cell.trim()),
            );
          return <Grid key={index} rows={rows} total={null} />;
        }
        if (lines.every((line) => /^\s*[-*]\s/.test(line)))
          return (
            <ul key={index} className={css.flush}>
              {lines.map((line) => (
                <li key={line}>{line.replace(/^\s*[-*]\s/, "")}</li>
              ))}
            </ul>
          );
        return (
          <div key={index} className={css.preWrap}>
            {block.replace(/^#+\s*/gm, "")}
          </div>
        );
      })}
    </div>
  );
}

export function Grid({ rows, total }: { rows: unknown[][]; total: number | null }) {
  const { t } = useTranslation();
  const [head = [], ...body] = rows;
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index}>{brief(cell)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.slice(0, ROWS).map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td
                  key={at}
                  className={
                    typeof cell === "number" || /^-?[\d.]+(e-?\d+)?$/i.test(String(cell))
                      ? css.num
                      : undefined
                  }
                >
                  {brief(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {(total ?? body.length) > ROWS && <p className={css.dim}>{t("markdown.firstRows", { count: ROWS })}</p>}
    </div>
  );
}
