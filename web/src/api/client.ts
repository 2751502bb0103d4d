/** Asking the API: typed documents over HTTP, refusals as `Refused`, a server that cannot be reached as `Lost`. */
import type { TypedDocumentString } from "@/gen/graphql";
import { inLanguage } from "@/lib/i18n";
import type { Message } from "@/lib/problems";

/** One invalid value; `field` is its path as one text, such as steps[2].args.rate. */
export interface Fault extends Message {
  code: string;
  field?: string | null;
}

type FaultShape = Message & { code: string; path?: string[] };

interface ProblemShape extends Omit<FaultShape, "reason" | "path"> {
  __typename: "Problem";
  problemReason: string;
  problemPath: string[];
  faults?: FaultShape[];
}

/** The segments of a path as one text. */
const fieldOf = (path: string[] | undefined): string | null =>
  path?.map((part, place) => (/^\d+$/.test(part) ? `[${part}]` : place ? `.${part}` : part)).join("") || null;

/** A fault in the chosen language. */
export const spoken = (fault: FaultShape): Fault => ({ ...inLanguage(fault), field: fieldOf(fault.path) });

/** The request was understood and is refused; `faults` point at fields. */
export class Refused extends Error {
  readonly code: string;
  readonly reason: string;
  readonly field: string | null;
  readonly hint: string | null;
  readonly faults: Fault[];
  constructor(problem: FaultShape & { faults?: FaultShape[] }) {
    const own = spoken(problem);
    super(own.message);
    this.code = own.code;
    this.reason = own.reason;
    this.field = own.field ?? null;
    this.faults = problem.faults?.length ? problem.faults.map(spoken) : [own];
    // The hint of a refusal with faults is that of the first one.
    this.hint = (problem.hint === problem.faults?.[0]?.hint ? this.faults[0]!.hint : own.hint) ?? null;
  }
}

/** The server does not answer now. */
export class Lost extends Error {}

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

interface GraphError {
  message: string;
  extensions?: Partial<FaultShape> & { id?: string };
}

/** What went wrong in an answer, as an exception. */
export function failure(errors: GraphError[]): Error {
  const { message, extensions } = errors[0]!;
  const code = extensions?.code ?? "INTERNAL";
  if (code === "SIGNED_OUT") return new SignedOut(message);
  return new Refused({ reason: code, ...extensions, code, message });
}

type Variables<T> = T extends Record<string, never> ? [] : [T];

export async function ask<R, V>(document: TypedDocumentString<R, V>, ...variables: Variables<V>): Promise<R> {
  let answer: Response;
  try {
    answer = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", "x-cube-request": "1" },
      body: JSON.stringify({ query: document.toString(), variables: variables[0] ?? {} }),
    });
  } catch {
    throw new Lost("The server does not answer.");
  }
  if (answer.status >= 502 || answer.headers.get("content-type")?.includes("json") !== true)
    throw new Lost(`The server answered ${answer.status}.`);
  const body = (await answer.json()) as { data: R | null; errors?: GraphError[] };
  if (body.errors?.length) throw failure(body.errors);
  return body.data as R;
}

type Answered<R> = Exclude<R[keyof R], { __typename: "Problem" }>;

const isProblem = (thing: unknown): thing is ProblemShape =>
  (thing as { __typename?: string } | null)?.__typename === "Problem";

/** A mutation with one root field: its thing, or the refusal thrown. */
export async function act<R extends object, V>(
  document: TypedDocumentString<R, V>,
  ...variables: Variables<V>
): Promise<Answered<R>> {
  const data = await ask(document, ...variables);
  const thing = Object.values(data)[0] as Answered<R> | ProblemShape;
  if (isProblem(thing)) throw new Refused({ ...thing, reason: thing.problemReason, path: thing.problemPath });
  return thing as Answered<R>;
}
