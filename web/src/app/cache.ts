/** What is known of the server: fetched once, then kept right by what subscriptions say. */
import { QueryClient } from "@tanstack/react-query";
import { Lost } from "./client";
import { onReturn } from "./socket";

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => error instanceof Lost && count < 100,
      retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      networkMode: "always",
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: "always" },
  },
});

onReturn(() => void cache.invalidateQueries());
