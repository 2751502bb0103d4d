import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types of the schema and typed strings for each document under src/. */
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["src/**/*.graphql"],
  generates: {
    "src/gen/graphql.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        skipTypename: true,
        dedupeFragments: true,
        scalars: { DateTime: "string", JSON: "unknown", Long: "number", ID: "string" },
        strictScalars: true,
      },
    },
  },
};
export default config;
