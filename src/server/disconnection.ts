import type { Response } from "express";

/** Aborts when the connection ends before the answer does. */
export function disconnectionOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
