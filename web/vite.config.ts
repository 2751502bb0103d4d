/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.CUBE_DEV_URL ?? "http://127.0.0.1:8000";

/** Two pages, the console and the GraphQL explorer, built into the package that serves them. */
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../backend/cubestudio/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    sourcemap: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: ["index.html", "graphiql.html"] },
  },
  server: {
    proxy: Object.fromEntries(
      ["/graphql", "/auth", "/artifacts", "/pods", "/healthz"].map((path) => [path, { target: server, ws: path === "/graphql" || path === "/pods" }]),
    ),
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"] },
});
