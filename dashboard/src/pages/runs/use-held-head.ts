import { hashKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { queryKeys, type RunFilter } from "../../api/query-keys.ts";
import { holdList, readNewRuns, releaseList, useNewRuns } from "../../live/held-lists.ts";
import { showNewRuns } from "../../live/refresh-run-lists.ts";

/** Keeps new runs waiting while somebody reads further down. @returns how many wait, and what marks the head of the page */
export function useHeldHead(filter: RunFilter) {
  const client = useQueryClient();
  const head = useRef<HTMLDivElement>(null);
  const hash = hashKey(queryKeys.runList(filter));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash says which filter it is
  useEffect(() => {
    /* Until it is known where the page stands: a list that one comes back to stands where one left it. */
    holdList(hash);
    const observer = new IntersectionObserver((entries) => {
      const isSeen = entries.at(-1)?.isIntersecting === true;
      if (!isSeen) holdList(hash);
      else if (readNewRuns(hash).count === 0) releaseList(hash);
      else void showNewRuns(client, filter).catch(() => undefined);
    });
    if (head.current !== null) observer.observe(head.current);
    return () => {
      observer.disconnect();
      releaseList(hash);
    };
  }, [client, hash]);
  return { waiting: useNewRuns(hash), head };
}
