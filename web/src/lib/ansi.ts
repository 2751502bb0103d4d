/** Terminal colours in text: runs of characters with their look. Other control sequences are dropped. Pure. */

interface Span {
  text: string;
  colour?: string;
  background?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
}

const NAMES = [
  "var(--ink-3)",
  "var(--bad)",
  "var(--ok)",
  "var(--wait)",
  "var(--run)",
  "var(--cached)",
  "var(--accent-ink)",
  "var(--ink)",
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
const SEQUENCE = /\u001b\[([0-9;:]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;

function cube(n: number): string {
  if (n < 16) return NAMES[n % 8]!;
  if (n >= 232)
    return `rgb(${Array(3)
      .fill(8 + (n - 232) * 10)
      .join(",")})`;
  const level = (value: number) => (value ? 55 + value * 40 : 0);
  return `rgb(${level(Math.floor((n - 16) / 36))},${level(Math.floor((n - 16) / 6) % 6)},${level((n - 16) % 6)})`;
}

function apply(look: Omit<Span, "text">, codes: number[]): Omit<Span, "text"> {
  let now = { ...look };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at]!;
    if (code === 0) now = {};
    else if (code === 1) now.bold = true;
    else if (code === 2) now.dim = true;
    else if (code === 3) now.italic = true;
    else if (code === 4) now.underline = true;
    else if (code === 22) now = { ...now, bold: undefined, dim: undefined };
    else if (code === 23) now.italic = undefined;
    else if (code === 24) now.underline = undefined;
    else if (code === 39) now.colour = undefined;
    else if (code === 49) now.background = undefined;
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) now.colour = NAMES[code % 10];
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) now.background = NAMES[code % 10];
    else if (code === 38 || code === 48) {
      const colour =
        codes[at + 1] === 5 ? cube(codes[at + 2] ?? 0) : `rgb(${codes.slice(at + 2, at + 5).join(",")})`;
      at += codes[at + 1] === 5 ? 2 : 4;
      if (code === 38) now.colour = colour;
      else now.background = colour;
    }
  }
  return now;
}

/** From where to where a line is shown: a carriage return starts it again, and at its end changes nothing until more is written. */
function bounds(line: string): [from: number, to: number] {
  let end = line.length;
  while (end > 0 && line[end - 1] === "\r") end -= 1;
  return [end > 0 ? line.lastIndexOf("\r", end - 1) + 1 : 0, end];
}

/** Whether what is shown of a line begins after a carriage return, so that nothing before this line's text matters. */
export const redrawn = (line: string) => bounds(line)[0] > 0;

/** A line as spans; a carriage return starts it again, as a terminal would. */
export function spans(line: string): Span[] {
  const text = line.slice(...bounds(line));
  if (!text.includes("\u001b")) return [{ text }];
  const found: Span[] = [];
  let look: Omit<Span, "text"> = {};
  let at = 0;
  for (const match of text.matchAll(SEQUENCE)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), ...look });
    if (match[2] === "m") look = apply(look, (match[1] || "0").split(/[;:]/).map(Number));
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), ...look });
  return found.length ? found : [{ text: "" }];
}

/** How a run of characters is shown. */
export function styleOf({ colour, background, bold, dim, italic, underline }: Span) {
  return {
    color: colour,
    background,
    fontWeight: bold ? 700 : undefined,
    opacity: dim ? 0.65 : undefined,
    fontStyle: italic ? "italic" : undefined,
    textDecoration: underline ? "underline" : undefined,
  };
}
