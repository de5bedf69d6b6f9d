import { queryOptions } from "@tanstack/react-query";
import type { DetectAnswer, StartDetect } from "../../../src/contracts/detect.ts";
import { queryKeys } from "./query-keys.ts";
import { request } from "./request.ts";

/** What a model is asked with; the picture aside. */
export type DetectFields = Pick<
  StartDetect,
  "model" | "provider" | "confidence" | "maskPadding" | "maskBlur" | "tiling" | "shape"
>;

const KEPT_MS = 60_000;

/** What a model finds in a picture that is on the server. Whoever goes on to ask something else ends the request. */
export const detectQuery = (image: string, fields: DetectFields) =>
  queryOptions({
    queryKey: queryKeys.detect(image, fields),
    queryFn: ({ signal }) =>
      request<DetectAnswer>("/api/detect", { method: "POST", body: { image, ...fields }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  });

/** The same for a picture that the server has not seen; afterwards it is called by the answer's `image`. */
export function uploadAndDetect(
  file: File,
  fields: DetectFields,
  signal: AbortSignal,
): Promise<DetectAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.set(name, String(value));
  }
  form.set("image", file, file.name);
  return request("/api/detect", { method: "POST", body: form, signal });
}
