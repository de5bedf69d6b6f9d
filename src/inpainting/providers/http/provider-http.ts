import ipaddr from "ipaddr.js";
import { Agent, EnvHttpProxyAgent, FormData, fetch, type Response } from "undici";
import type { z } from "zod";
import { connectionFact, connectionRemedy, neverSent } from "../../../connection-failure.ts";
import { describeIssues } from "../../../describe-issues.ts";
import { MaskloomError } from "../../../errors.ts";
import { withoutSecret } from "../../../without-secret.ts";
import { UselessAnswer } from "../../useless-answer.ts";
import { failureOfStatus, shorten } from "./http-failure.ts";

export interface HttpSettings {
  /** Of the provider instance; begins every message. */
  readonly id: string;
  readonly url: string;
  /** `user:password`, or one word that is sent as a bearer token. */
  readonly key: string | undefined;
  /** What the body of a refusal says, in a person's words; default: its text. */
  readonly readRefusal?: (body: string) => string;
}

interface Upload {
  readonly field: string;
  readonly name: string;
  readonly png: Uint8Array;
  readonly fields: Readonly<Record<string, string>>;
}

interface HttpRequest {
  readonly method?: "GET" | "POST";
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form with one file, a PNG. */
  readonly upload?: Upload;
  readonly signal: AbortSignal;
  /** Of the answer; more is not read. */
  readonly mostBytes?: number;
}

/** Plain HTTP to the address of one provider, and to no other: redirects are refused, answers are bounded. */
export interface ProviderHttp {
  /** @throws PROVIDER_UNAVAILABLE, PROVIDER_REFUSED, PROVIDER_FAILED; `NotAnswered` where the connection was lost */
  json<S extends z.ZodType>(schema: S, path: string, request: HttpRequest): Promise<z.output<S>>;
  bytes(path: string, request: HttpRequest): Promise<Uint8Array>;
  /** The same, of which only the success counts. */
  tell(path: string, request: HttpRequest): Promise<void>;
  close(): Promise<void>;
}

/** A request was sent and no answer of the provider's came: what became of it is not known. */
export class NotAnswered extends MaskloomError {
  constructor(
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {},
  ) {
    super("PROVIDER_UNAVAILABLE", message, options);
  }
}

/** It has no such path. */
export class NotThere extends MaskloomError {
  constructor(message: string) {
    super("PROVIDER_REFUSED", message);
  }
}
const ABSENT_STATUSES = new Set([404, 405]);

/** Of what stands before a provider, and cannot say what became of the request. */
const GATEWAY_STATUSES = new Set([408, 502, 504]);

const CONNECT_MS = 10_000;
/** What is said about a picture is short. */
const MOST_TEXT_BYTES = 32 * 1024 ** 2;
const MOST_REFUSAL_BYTES = 64 * 1024;

export function createProviderHttp(settings: HttpSettings): ProviderHttp {
  const { id, url, key } = settings;
  const who = `provider ${id}`;
  // A generation may take minutes before its first byte: callers say how long they wait.
  // No connection is used again: one that the other side ends just then would leave open whether a request arrived.
  const options = { headersTimeout: 0, bodyTimeout: 0, pipelining: 0, connect: { timeout: CONNECT_MS } };
  const dispatcher = isNearby(url) ? new Agent(options) : new EnvHttpProxyAgent(options);
  const headers = {
    "user-agent": "maskloom",
    accept: "application/json, image/png;q=0.9, */*;q=0.1",
    ...(key === undefined ? {} : { authorization: authorizationOf(key) }),
  };
  const ask = async (path: string, request: HttpRequest): Promise<Response> => {
    const { method = "GET", query = {}, json, upload, signal } = request;
    const target = new URL(`${url}${path}`);
    target.search = new URLSearchParams(query).toString();
    const body = upload === undefined ? textOf(json) : formOf(upload);
    const sent = json === undefined ? headers : { ...headers, "content-type": "application/json" };
    const response = await fetch(target, {
      method,
      headers: sent,
      body,
      signal,
      dispatcher,
      redirect: "manual",
    }).catch((error: unknown) => {
      throw failureOfFetch(who, url, error, signal);
    });
    if (response.ok) return response;
    const text = Buffer.from(await readBounded(response, MOST_REFUSAL_BYTES, who)).toString("utf8");
    const detail = (settings.readRefusal ?? plainText)(withoutSecret(text, key));
    const failure = failureOfStatus(who, response.status, detail, response.headers);
    if (ABSENT_STATUSES.has(response.status)) throw new NotThere(failure.message);
    if (!GATEWAY_STATUSES.has(response.status)) throw failure;
    const { message, retryAfterSeconds } = failure;
    throw new NotAnswered(message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  };
  const bytes = async (path: string, request: HttpRequest): Promise<Uint8Array> => {
    const response = await ask(path, request);
    try {
      return await readBounded(response, request.mostBytes ?? MOST_TEXT_BYTES, who);
    } catch (error) {
      throw error instanceof MaskloomError ? error : failureOfFetch(who, url, error, request.signal);
    }
  };
  return {
    bytes,
    async json(schema, path, request) {
      const text = withoutSecret(Buffer.from(await bytes(path, request)).toString("utf8"), key);
      const value = parseJson(text, who, path);
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      throw new UselessAnswer(`${who}, ${path}: ${describeIssues(result.error, value)}`);
    },
    async tell(path, request) {
      await bytes(path, request);
    },
    close: () => dispatcher.destroy(),
  };
}

/** What stands in a request for a key: basic authentication for `user:password`, a bearer token for one word. */
export function authorizationOf(key: string): string {
  return key.includes(":") ? `Basic ${Buffer.from(key).toString("base64")}` : `Bearer ${key}`;
}

const textOf = (json: unknown): string | null => (json === undefined ? null : JSON.stringify(json));

function formOf({ field, name, png, fields }: Upload): FormData {
  const form = new FormData();
  form.set(field, new Blob([new Uint8Array(png)], { type: "image/png" }), name);
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  return form;
}

/** This machine and its own network are not behind the proxy that leads outside. */
function isNearby(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(host)) return !host.includes(".") || /\.(local|internal|lan|home)$/.test(host);
  return ipaddr.process(host).range() !== "unicast";
}

function failureOfFetch(who: string, url: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof MaskloomError) return error;
  const fact = connectionFact(error);
  if (!neverSent(error)) return new NotAnswered(`${who}: the connection broke: ${fact}`, { cause: error });
  return new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `${who}: nobody answers at ${url} (${fact})${connectionRemedy(error) || "; start it there, or set the provider's url"}`,
    { cause: error },
  );
}

async function readBounded({ body }: Response, most: number, who: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    const chunk: Uint8Array = part;
    length += chunk.length;
    if (length > most) {
      throw new UselessAnswer(`${who}: expected an answer of at most ${most} bytes, got more`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}

function parseJson(text: string, who: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const kind = /^\s*</.test(text) ? "a web page" : "something else";
    throw new UselessAnswer(
      `${who}: ${path}: expected JSON, got ${kind} (${shorten(plainText(text)).slice(0, 80)}); is it another program that answers at this address?`,
      { cause: error },
    );
  }
}

/** A tag that is never closed is looked for from each of its openings: of a stranger's page the beginning will do. */
const LOOKED_AT = 20_000;

/** A refusal's text without the tags of a web page. */
function plainText(page: string): string {
  const text = page.slice(0, LOOKED_AT);
  return shorten(text.replaceAll(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replaceAll(/<[^>]*>/g, " "));
}
