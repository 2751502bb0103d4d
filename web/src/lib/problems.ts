/** The server's messages in another language, by reason and parameters. Pure. */

/** A message as the server sends it; one inside another has no hint. */
export interface Message {
  reason: string;
  message: string;
  params?: unknown;
  hint?: string | null;
}

/** The texts of each reason, with {parameters}. */
export type Catalogue = Record<string, { text: string; hint?: string }>;

const isMessage = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && "reason" in value && "message" in value;

type Translate = (text: string) => string;

function filled(
  template: string,
  params: Record<string, unknown>,
  catalogue: Catalogue,
  plain: Translate,
): string {
  const written = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(written).join("、");
    if (isMessage(value)) return translated(value, catalogue, plain).message;
    return typeof value === "string" ? plain(value) : String(value);
  };
  return template.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    name in params ? written(params[name]) : whole,
  );
}

/** A message in the catalogue's language; as it is when the catalogue does not have its reason. `plain` translates the
 * parameters that are text. */
export function translated<M extends Message>(
  message: M,
  catalogue: Catalogue,
  plain: Translate = (text) => text,
): M {
  const entry = catalogue[message.reason];
  if (!entry) return message;
  const params = (message.params ?? {}) as Record<string, unknown>;
  return {
    ...message,
    message: filled(entry.text, params, catalogue, plain),
    hint: message.hint && entry.hint ? filled(entry.hint, params, catalogue, plain) : message.hint,
  };
}
