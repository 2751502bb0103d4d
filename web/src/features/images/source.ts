/** What an image is built from, as the form has it (its fields side by side) and as the API has it. */
import type { BuildResourcesInput, ImageSourceFragment, ImageSourceInput } from "@/gen/graphql";

type Packages = NonNullable<Extract<ImageSourceInput, { packages: unknown }>["packages"]>;
type Repository = NonNullable<Extract<ImageSourceInput, { git: unknown }>["git"]>;
export type Fields = Partial<Packages & Repository & BuildResourcesInput & { dockerfile: string }>;
export type Kind = "packages" | "dockerfile" | "git";

const KIND: Record<Kind, (keyof Fields)[]> = {
  packages: [
    "base",
    "python",
    "pip",
    "apt",
    "conda",
    "channels",
    "environmentYml",
    "env",
    "files",
    "commands",
  ],
  dockerfile: ["dockerfile"],
  git: ["repo", "repoSecret", "branch", "path"],
};
const RESOURCES: (keyof Fields)[] = ["cpu", "memory", "timeoutSeconds"];
export const FIELDS = [...Object.values(KIND).flat(), ...RESOURCES];

const full = (value: unknown) =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

const some = (fields: Fields, names: (keyof Fields)[]) =>
  Object.fromEntries(names.filter((name) => full(fields[name])).map((name) => [name, fields[name]]));

/** The source of one kind, without what is empty. */
export function sourceOf(kind: Kind, fields: Fields): ImageSourceInput {
  if (kind === "dockerfile") return { dockerfile: fields.dockerfile ?? "" };
  const found = some(fields, KIND[kind]);
  return (kind === "git" ? { git: { repo: "", ...found } } : { packages: found }) as ImageSourceInput;
}

export const isEmpty = (kind: Kind, fields: Fields) => Object.keys(some(fields, KIND[kind])).length === 0;

export const resourcesOf = (fields: Fields): BuildResourcesInput => some(fields, RESOURCES);

/** The fields of what was read, without what is empty. */
export const fieldsOf = (source: ImageSourceFragment, resources?: BuildResourcesInput): Fields =>
  some({ ...source.packages, ...source.git, dockerfile: source.dockerfile, ...resources } as Fields, FIELDS);

export const kindOf = (fields: Fields): Kind =>
  fields.dockerfile ? "dockerfile" : fields.repo ? "git" : "packages";

/** Where a field stands in the input. */
export function pathOf(name: string): string {
  if ((RESOURCES as string[]).includes(name)) return `resources.${name}`;
  if (name === "dockerfile") return "source.dockerfile";
  const kind = (["packages", "git"] as const).find((each) => (KIND[each] as string[]).includes(name));
  return kind ? `source.${kind}.${name}` : name;
}
