/** Asking the API: typed documents over HTTP, refusals as `Refused`, a server that cannot be reached as `Lost`. */
import type { TypedDocumentString } from "@/gen/graphql";
import { localised } from "@/lib/i18n";

export interface Fault {
  code: string;
  message: string;
  field?: string | null;
  hint?: string | null;
}

interface ProblemShape extends Fault {
  __typename: "Problem";
  faults?: Fault[];
}

/** A fault with its words in the chosen language. */
export const spoken = (fault: Fault): Fault => ({
  ...fault,
  message: localised(fault.message),
  hint: fault.hint ? localised(fault.hint) : null,
});

/** The request was understood and is refused; `faults` point at fields. */
export class Refused extends Error {
  readonly code: string;
  readonly field: string | null;
  readonly hint: string | null;
  readonly faults: Fault[];
  constructor(problem: Fault & { faults?: Fault[] }) {
    super(localised(problem.message));
    this.code = problem.code;
    this.field = problem.field ?? null;
    this.hint = problem.hint ? localised(problem.hint) : null;
    this.faults = (problem.faults?.length ? problem.faults : [problem]).map(spoken);
  }
}

/** The server does not answer now. */
export class Lost extends Error {}

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

interface GraphError {
  message: string;
  extensions?: { code?: string; hint?: string; field?: string; id?: string };
}

/** What went wrong in an answer, as an exception. */
export function failure(errors: GraphError[]): Error {
  const first = errors[0]!;
  const code = first.extensions?.code ?? "INTERNAL";
  if (code === "SIGNED_OUT") return new SignedOut(first.message);
  return new Refused({
    code,
    message: first.message,
    hint: first.extensions?.hint ?? null,
    field: first.extensions?.field ?? null,
  });
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

/** A mutation with one root field: its thing, or the refusal thrown. */
export async function act<R extends object, V>(
  document: TypedDocumentString<R, V>,
  ...variables: Variables<V>
): Promise<Answered<R>> {
  const data = await ask(document, ...variables);
  const thing = Object.values(data)[0] as Answered<R> | ProblemShape;
  if ((thing as ProblemShape).__typename === "Problem") throw new Refused(thing as ProblemShape);
  return thing as Answered<R>;
}
