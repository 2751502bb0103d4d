/** The server's sentences in another language: each is matched with the sentence that it was made from, inner ones too. Pure. */

interface Form {
  match: RegExp;
  text: string;
  weight: number;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Sentences with {} where values stand, in an order in which the more particular comes first. */
export function forms(words: Record<string, string>): Form[] {
  return Object.entries(words)
    .map(([text, other]) => ({
      match: new RegExp(`^${text.split("{}").map(escaped).join("([\\s\\S]+?)")}$`),
      text: other,
      weight: text.replaceAll("{}", "").length,
    }))
    .sort((a, b) => b.weight - a.weight);
}

/** A sentence in the other language; as it is when it is not known. */
export function translated(message: string, known: Form[], depth = 0): string {
  if (depth > 4) return message;
  for (const form of known) {
    const found = form.match.exec(message);
    if (found)
      return form.text.replace(/\{(\d)\}/g, (_, n: string) =>
        translated(found[Number(n) + 1] ?? "", known, depth + 1),
      );
  }
  return message;
}
