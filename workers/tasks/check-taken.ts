import { MaskloomError } from "../../src/errors.ts";

/** @throws FETCH_FAILED where the answer's status does not say that what was sent was taken */
export function checkTaken(what: string, status: number): void {
  if (status >= 200 && status < 300) return;
  throw new MaskloomError("FETCH_FAILED", `${what}: expected an answer of 200 to 299, it answers ${status}`);
}
