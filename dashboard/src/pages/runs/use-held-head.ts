import { hashKey, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { queryKeys, type RunFilter } from "../../api/query-keys.ts";
import { holdList, isHeld, type NewRuns, releaseList, useNewRuns } from "../../live/held-lists.ts";
import { showNewRuns } from "../../live/refresh-run-lists.ts";

/** CSS pixels from the top of the page within which its head is looked at. */
const HEAD = 160;

/** Keeps new runs waiting while somebody reads further down. @returns how many wait */
export function useHeldHead(filter: RunFilter): NewRuns {
  const client = useQueryClient();
  const hash = hashKey(queryKeys.runList(filter));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash says which filter it is
  useEffect(() => {
    const follow = () => {
      if (window.scrollY > HEAD) holdList(hash);
      else if (isHeld(hash)) void showNewRuns(client, filter).catch(() => undefined);
    };
    follow();
    window.addEventListener("scroll", follow, { passive: true });
    return () => {
      window.removeEventListener("scroll", follow);
      releaseList(hash);
    };
  }, [client, hash]);
  return useNewRuns(hash);
}
