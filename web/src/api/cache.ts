/** What is known of the server: fetched once, then kept right by what subscriptions say. */
import {
  type InvalidateOptions,
  type InvalidateQueryFilters,
  MutationCache,
  type Query,
  QueryCache,
  QueryClient,
  type QueryKey,
} from "@tanstack/react-query";
import { Lost, SignedOut } from "./client";
import { onOusted, onReturn } from "./socket";

/** A session that is over leads to the sign-in page, from wherever it was noticed. */
const oust = () => void cache.setQueryData(["viewer"], { viewer: null });
const notice = (error: unknown) => {
  if (error instanceof SignedOut) oust();
};

/** Queries that were invalidated during their first fetch. */
const outdated = new Set<Query>();

/** A client that fetches again what was invalidated during its first fetch: TanStack Query waits for that fetch only, whose
 * answer may be older than the event. */
class Cache extends QueryClient {
  override invalidateQueries<Key extends QueryKey = QueryKey>(
    filters?: InvalidateQueryFilters<Key>,
    options?: InvalidateOptions,
  ): Promise<void> {
    for (const query of this.getQueryCache().findAll(filters as InvalidateQueryFilters))
      if (query.state.data === undefined && query.state.fetchStatus !== "idle") outdated.add(query);
    return super.invalidateQueries(filters, options);
  }
}

export const cache: QueryClient = new Cache({
  queryCache: new QueryCache({
    onError: notice,
    onSettled: (_data, _error, query) => {
      if (outdated.delete(query as Query) && query.state.status === "success")
        void cache.invalidateQueries({ queryKey: query.queryKey, exact: true });
    },
  }),
  mutationCache: new MutationCache({ onError: notice }),
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

/** Show what the platform told by itself. Answers that are still on their way were asked for before and may be older: they are not shown. */
export function put<Data>(queryKey: QueryKey, next: Data | ((old: Data | undefined) => Data | undefined)) {
  void cache.cancelQueries({ queryKey, exact: true });
  cache.setQueryData<Data>(queryKey, next as Data);
}

onReturn(() => void cache.invalidateQueries());
onOusted(oust);
