import { queryOptions } from "@tanstack/react-query";
import type { FolderList } from "../../../src/contracts/batches.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** Folders of the server that batches may be of, or those inside of one. @param path null = the allowed ones themselves */
export const foldersQuery = (path: string | null) =>
  queryOptions({
    queryKey: queryKeys.folders(path),
    queryFn: ({ signal }) => request<FolderList>("/api/folders", { query: { path }, signal }),
  });
