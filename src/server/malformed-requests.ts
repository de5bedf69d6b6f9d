import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type ErrorCode, hasCode } from "../errors.ts";
import { endWithAnswer } from "./raw-answer.ts";

interface Fault {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** By the code of Node's parser and clocks. */
const FAULTS: Readonly<Record<string, Fault>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "TIMED_OUT",
    message: "request: expected it whole within the server's patience, and it did not come",
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "INPUT_INVALID",
    message: "request: its head is longer than 16 KiB; send less in addresses, cookies and headers",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: "INPUT_INVALID",
    message: "request: its chunks carry extensions of more than 16 KiB; send none",
  },
};
const OTHER: Fault = {
  status: 400,
  code: "INPUT_INVALID",
  message: "request: expected HTTP/1.1, and what came cannot be read as such",
};

/** Answers what never became a request as everything else is answered, where Node by itself would say only a status. */
export function answerMalformed(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    answers.set(socket, response);
  });
  server.on("clientError", (error: Error, socket: Duplex) => {
    const answer = answers.get(socket);
    const isMidAnswer = answer?.headersSent === true && !answer.writableFinished;
    if (hasCode(error, "ECONNRESET") || !socket.writable || isMidAnswer) return void socket.destroy();
    const name = "code" in error && typeof error.code === "string" ? error.code : "";
    const { status, code, message } = Object.hasOwn(FAULTS, name) ? (FAULTS[name] ?? OTHER) : OTHER;
    endWithAnswer(socket, status, {}, { error: { code, message } });
  });
}
