import { queryOptions } from "@tanstack/react-query";
import type { ChangeOwner, Erased, OwnerList, OwnerView } from "../../../src/contracts/owners.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

const at = (name: string) => `/api/owners/${encodeURIComponent(name)}`;

export const ownersQuery = queryOptions({
  queryKey: queryKeys.owners,
  queryFn: ({ signal }) => request<OwnerList>("/api/owners", { signal }),
});

export function changeOwner(name: string, change: ChangeOwner): Promise<OwnerView> {
  return request(at(name), { method: "PATCH", body: change });
}

/**
 * Takes away everything of an owner, in as many requests as that takes.
 * @param onGone told how many runs are gone so far
 */
export async function eraseOwner(
  name: string,
  onGone: (runs: number) => void,
): Promise<Pick<Erased, "runs" | "files">> {
  let runs = 0;
  let files = 0;
  for (;;) {
    const erased = await request<Erased>(at(name), { method: "DELETE" });
    runs += erased.runs;
    files += erased.files;
    if (!erased.more) return { runs, files };
    onGone(runs);
  }
}
