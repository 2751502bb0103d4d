/** Texts of a command line, as a POSIX shell reads them. */

export const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** One word, quoted only where it has to be. */
export const word = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text));
