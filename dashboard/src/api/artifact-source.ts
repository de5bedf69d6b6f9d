import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queryKeys } from "./query-keys.ts";
import { requestBlob } from "./request.ts";
import { readKey } from "./session.ts";

const artifactPath = (uuid: string) => `/api/artifacts/${uuid}`;
const KEPT_MS = 60_000;

/**
 * What an `<img>` takes for an artifact; undefined while there is nothing yet. A browser sends no Authorization for pictures, so
 * where a key is in use they are fetched and handed over as blobs.
 */
export function useArtifactSource(uuid: string | null): { src: string | undefined; isBroken: boolean } {
  const needsKey = readKey() !== null;
  const { data, isError } = useQuery({
    queryKey: queryKeys.artifact(uuid ?? ""),
    queryFn: uuid === null || !needsKey ? skipToken : ({ signal }) => requestBlob(artifactPath(uuid), signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  });
  const [blobUrl, setBlobUrl] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const url = URL.createObjectURL(data);
    setBlobUrl(url);
    return () => {
      setBlobUrl(undefined);
      URL.revokeObjectURL(url);
    };
  }, [data]);
  if (uuid === null) return { src: undefined, isBroken: false };
  return { src: needsKey ? blobUrl : artifactPath(uuid), isBroken: isError };
}
