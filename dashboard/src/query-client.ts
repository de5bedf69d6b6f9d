import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isPassing } from "./api/api-error.ts";

const MOST_RETRIES = 2;

interface QueryClientOptions {
  /** The server wants a key, or another one. */
  readonly onUnauthorized: () => void;
}

/**
 * Live events say when something has changed, so nothing is fetched again only because time passed or a window got the
 * focus.
 */
export function createQueryClient({ onUnauthorized }: QueryClientOptions): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) onUnauthorized();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        retry: (failures, error) => failures < MOST_RETRIES && isPassing(error),
      },
      mutations: { networkMode: "always" },
    },
  });
}
