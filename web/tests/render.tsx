/** Renders components as the console does: with its theme, cache, routes, and an API that answers what a test says. */
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, vi } from "vitest";
import { cache } from "@/api/cache";
import { Themed } from "@/app/themed";

afterEach(() => {
  cleanup();
  cache.clear();
  localStorage.clear();
  vi.unstubAllGlobals();
});

/** Render at an address, with every address below it known; returns the router. */
export async function show(component: () => ReactNode, address = "/") {
  const root = createRootRoute({ component: Outlet });
  const page = createRoute({ getParentRoute: () => root, path: "$", component });
  const first = createRoute({ getParentRoute: () => root, path: "/", component });
  const router = createRouter({
    routeTree: root.addChildren([first, page]),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  await router.load();
  render(
    <Themed>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </Themed>,
  );
  return router;
}

/** Answer each operation by its name; returns the variables of each that was asked. */
export function answer(answers: Record<string, unknown>) {
  const asked: Record<string, unknown[]> = {};
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables: unknown };
    const name = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? "";
    asked[name] = [...(asked[name] ?? []), variables];
    const data = answers[name];
    if (data === undefined) throw new Error(`nothing answers ${name}`);
    return new Response(JSON.stringify(data instanceof Error ? { errors: [data] } : { data }), {
      headers: { "content-type": "application/json" },
    });
  });
  return asked;
}
