/// <reference types="vitest/config" />
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env.CUBE_DEV_URL ?? "http://127.0.0.1:8000";
const out = new URL("../backend/cubestudio/static", import.meta.url).pathname;

/** Lays `x.br` and `x.gz` beside each file that they make smaller: compressed once, as small as it goes, not for each reader. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  closeBundle() {
    for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
      if (!/\.(js|css|html|svg)$/.test(name)) continue;
      const data = readFileSync(join(out, name));
      const forms = {
        br: brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: data.length } }),
        gz: gzipSync(data, { level: 9 }),
      };
      for (const [form, less] of Object.entries(forms))
        if (less.length < data.length) writeFileSync(join(out, `${name}.${form}`), less);
    }
  },
};

/** Two pages, the console and the GraphQL explorer, built into the package that serves them. */
export default defineConfig({
  plugins: [react(), compressed],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: "manifest.json",
    sourcemap: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: ["index.html", "graphiql.html"],
      output: {
        // What many pages share and is small comes in one file, not in sixty.
        codeSplitting: { groups: [{ name: "shared", minShareCount: 16, maxModuleSize: 12_000 }] },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/graphql", "/auth", "/artifacts", "/pods", "/healthz"].map((path) => [
        path,
        { target: server, ws: path === "/graphql" || path === "/pods" },
      ]),
    ),
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"] },
});
