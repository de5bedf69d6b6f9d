import type { z } from "zod";
import { ApiError } from "../contracts/api.ts";
import { describeIssues } from "../describe-issues.ts";
import { ERRORS, type ErrorCode, MaskloomError } from "../errors.ts";

export interface ConnectionOptions {
  /** Address of the server; default http://127.0.0.1:8787. */
  readonly baseUrl?: string | URL;
  /** A key that the server knows: of `maskloom keys create`, or its MASKLOOM_API_KEY. On loopback none is needed by default. */
  readonly apiKey?: string;
  /** Instead of the global fetch: for proxies, tests and tracing. */
  readonly fetch?: typeof fetch;
}

/** What every method of the client takes. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** A form, or anything else to be sent as JSON. */
  readonly body?: unknown;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_URL = "http://127.0.0.1:8787";

/** Requests with key and address; answers checked against the contracts, failures as MaskloomError with the server's code. */
export class Connection {
  readonly baseUrl: URL;
  readonly apiKey: string | undefined;
  readonly #fetch: typeof fetch;

  constructor({ baseUrl = DEFAULT_URL, apiKey, fetch: ownFetch }: ConnectionOptions = {}) {
    this.baseUrl = new URL(baseUrl);
    /* Without the slash the last part of the address would be replaced by what is asked for. */
    if (!this.baseUrl.pathname.endsWith("/")) this.baseUrl.pathname += "/";
    this.apiKey = apiKey;
    this.#fetch = ownFetch ?? ((input, init) => fetch(input, init));
  }

  urlOf(path: string, query: RequestOptions["query"] = {}): URL {
    const url = new URL(path.replace(/^\//, ""), this.baseUrl);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  async json<S extends z.ZodType>(
    schema: S,
    path: string,
    options: RequestOptions = {},
  ): Promise<z.output<S>> {
    const response = await this.send(path, options);
    return checkAnswer(schema, await readJson(response), path);
  }

  /** @throws MaskloomError for every status that is not a success, and where there is no server */
  async send(path: string, options: RequestOptions = {}): Promise<Response> {
    const response = await this.raw(path, options);
    if (response.ok) return response;
    throw await errorOf(response, path);
  }

  /** The answer whatever its status. */
  async raw(
    path: string,
    { query, body, method = "GET", headers, signal }: RequestOptions,
  ): Promise<Response> {
    const isJson = body !== undefined && !(body instanceof FormData);
    const content = isJson ? JSON.stringify(body) : body;
    const url = this.urlOf(path, query);
    try {
      return await this.#fetch(url, {
        method,
        headers: {
          ...(isJson ? { "content-type": "application/json" } : {}),
          ...(this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` }),
          ...headers,
        },
        ...(content === undefined ? {} : { body: content as string | FormData }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw connectionError(error, url, signal);
    }
  }
}

/** A status that the server calls a failure, with the server's own code where this version knows it. */
export async function errorOf(response: Response, path: string): Promise<MaskloomError> {
  const answer = ApiError.safeParse(await readJson(response).catch(() => null));
  const what = `${path}: the server answered ${response.status}`;
  if (!answer.success) return new MaskloomError(codeOfStatus(response.status), what);
  const { code, message } = answer.data.error;
  const known = code in ERRORS ? (code as ErrorCode) : codeOfStatus(response.status);
  return new MaskloomError(known, message, { cause: { status: response.status, ...answer.data } });
}

/** For proxies, which answer in their own words. */
function codeOfStatus(status: number): ErrorCode {
  const names = Object.keys(ERRORS) as ErrorCode[];
  const sameStatus = new Map<number, ErrorCode>([
    [400, "INPUT_INVALID"],
    [404, "NOT_FOUND"],
    [500, "INTERNAL"],
    [503, "ENGINE_UNAVAILABLE"],
  ]);
  return sameStatus.get(status) ?? names.find((name) => ERRORS[name].status === status) ?? "INTERNAL";
}

function connectionError(error: unknown, url: URL, signal: AbortSignal | undefined): MaskloomError {
  if (signal?.aborted) {
    return new MaskloomError("CANCELLED", `${url.pathname}: the caller cancelled the request`, {
      cause: error,
    });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `no Maskloom server answers at ${url.origin} (${reason}); start one with \`maskloom up\`, or set baseUrl`,
    { cause: error },
  );
}

async function readJson(response: Response): Promise<unknown> {
  return (await response.json()) as unknown;
}

/** An answer that does not keep its contract is the server's fault, not the caller's. */
function checkAnswer<S extends z.ZodType>(schema: S, answer: unknown, path: string): z.output<S> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new MaskloomError(
    "OUTPUT_INVALID",
    `${path}: the answer is not what this client expects; do the versions of server and client agree? ${describeIssues(result.error, answer)}`,
  );
}
