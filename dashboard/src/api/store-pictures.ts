import type { StoredPictures } from "../../../src/contracts/batches.ts";
import { ApiError, readFailure } from "./api-error.ts";
import { csrfHeaders } from "./csrf.ts";

/**
 * Stores a form of pictures. Not by `request`: browsers tell how far a body is sent only of an XMLHttpRequest.
 * @param onSent bytes of the form that are on their way
 * @throws ApiError; AbortError when the signal fires
 */
export function storePictures(
  files: readonly File[],
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<StoredPictures["pictures"]> {
  const form = new FormData();
  for (const file of files) form.append("images", file, file.name);
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", "/api/artifacts");
    sending.responseType = "json";
    for (const [name, value] of Object.entries(csrfHeaders("POST"))) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded }) => onSent(loaded);
    sending.onload = () => {
      const body: unknown = sending.response;
      if (sending.status < 300 && body !== null) return resolve((body as StoredPictures).pictures);
      reject(readFailure(sending.status, body, sending.getResponseHeader("x-request-id")));
    };
    sending.onerror = () =>
      reject(new ApiError({ status: 0, code: "OFFLINE", message: "the server does not answer" }));
    sending.onabort = () => reject(new DOMException("the upload was ended", "AbortError"));
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(form);
  });
}
