import { ERRORS } from "../../errors.ts";
import { failure, type HttpAnswer } from "../../protocol/answer-request.ts";
import { errorAnswer } from "../error-answer.ts";

/** What went wrong before the protocol had its say, in the protocol's words. */
export function wireFailure(thrown: unknown, requestId: string): HttpAnswer {
  const { status, headers, error, body } = errorAnswer(thrown, requestId);
  const answer = failure(
    { code: ERRORS[error.code].wire, message: messageOf(body) ?? error.message },
    status,
  );
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** As it may be told; the error's own message may be for the log alone. */
function messageOf(body: unknown): string | undefined {
  return body instanceof Object && "error" in body && body.error instanceof Object && "message" in body.error
    ? String(body.error.message)
    : undefined;
}
