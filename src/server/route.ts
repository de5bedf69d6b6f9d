import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { z } from "zod";
import type { Caller, Role } from "../contracts/caller.ts";
import type { OwnerUUID } from "../contracts/ids.ts";
import { parseAs } from "../errors.ts";
import type { MetricsText } from "../metrics/metrics-server.ts";
import type { Upload } from "../runs/batches/batch-source.ts";
import type { Services } from "../runs/services.ts";

/** What handlers work with; a part of it is enough for tests. */
export type ApiServices = Omit<Services, "close"> & {
  /** Of this process and those that it looks after. */
  readonly metrics: () => Promise<MetricsText>;
};

export interface UploadedFile {
  /** As the client gave it; never used as a path. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A request as handlers see it: nothing of Express. */
export interface ApiRequest<Params = unknown, Query = unknown, Body = unknown> {
  readonly method: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly file: UploadedFile | undefined;
  /** Of a form with many files: each was stored as it came. */
  readonly uploads: readonly Upload[];
  readonly headers: IncomingHttpHeaders;
  readonly owner: OwnerUUID;
  /** Whose key it was; null on a public route. */
  readonly caller: Caller | null;
  /** Aborts when the client is gone or the server closes. */
  readonly signal: AbortSignal;
}

/** Either a JSON body, a text, or content that is opened only if it is going to be sent (not for HEAD). */
export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly content?: () => Promise<Readable>;
}

/** What a status of a route means: JSON of a schema, or another media type. */
export type ResponseSpec =
  | { readonly description: string; readonly schema: z.ZodType }
  | { readonly description: string; readonly mediaTypes: readonly string[] };

export interface BodySpec {
  /** Null where only a form is taken. */
  readonly json: z.ZodType | null;
  /** Whether a request without any is good, too. */
  readonly isOptional?: boolean;
  /** The same as a multipart form: its text fields, and the one file it may carry, or the many of one name. */
  readonly form?: { readonly fields: z.ZodType; readonly file: string; readonly many?: boolean };
}

interface RouteRow<Params extends z.ZodObject, Query extends z.ZodObject, Body> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As Express writes it: `/api/runs/:runUUID`. */
  readonly path: string;
  /** Name of the operation; the client's method has the same. */
  readonly operation: string;
  readonly summary: string;
  /** Answers without a key even where keys are required, because it tells nothing about anybody. */
  readonly isPublic?: boolean;
  /** Whether a request needs no key because its query says it is permitted; the handler sees to it that it is true. */
  readonly isGranted?: (query: Readonly<Record<string, unknown>>) => boolean;
  /** Whom it is for; default: viewers may get, operators may also post, put and patch. */
  readonly role?: Role;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: BodySpec & { readonly parse: (request: RawRequest) => Body };
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly handle: (
    request: ApiRequest<z.output<Params>, z.output<Query>, Body>,
    services: ApiServices,
  ) => ApiAnswer | Promise<ApiAnswer>;
}

/** A request before its parts are checked. */
export type RawRequest = ApiRequest & {
  readonly bodyKind: "json" | "form" | "none";
};

/** A row of the table with its types checked and then forgotten, so that all rows fit into one list. */
export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  readonly isPublic: boolean;
  readonly isGranted: (query: Readonly<Record<string, unknown>>) => boolean;
  readonly role: Role;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: BodySpec | null;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly answer: (request: RawRequest, services: ApiServices) => Promise<ApiAnswer>;
}

const Nothing = z.strictObject({});

/** Makes a row: its handler is only ever given what its schemas let through. */
export function route<
  Params extends z.ZodObject = typeof Nothing,
  Query extends z.ZodObject = typeof Nothing,
  Body = undefined,
>(row: RouteRow<Params, Query, Body>): Route {
  const { method, path, operation, summary, isPublic = false, responses, body } = row;
  const { isGranted = () => false } = row;
  const { role = method === "get" ? "viewer" : "operator" } = row;
  /* Without a schema the type is that of `Nothing`, by the defaults above. */
  const params = (row.params ?? Nothing) as Params;
  const query = (row.query ?? Nothing) as Query;
  return {
    method,
    path,
    operation,
    summary,
    isPublic,
    isGranted,
    role,
    params,
    query,
    body: body ?? null,
    responses,
    async answer(request, services) {
      const checked: ApiRequest<z.output<Params>, z.output<Query>, Body> = {
        ...request,
        params: parseAs(params, request.params, "path"),
        query: parseAs(query, request.query, "query"),
        body: body?.parse(request) as Body,
      };
      return row.handle(checked, services);
    },
  };
}

/** A body that is JSON of this schema. */
export function jsonOf<Json extends z.ZodType>(
  json: Json,
): BodySpec & { parse: (request: RawRequest) => z.output<Json> } {
  return { json, parse: ({ body }) => parseAs(json, body, "request body") };
}

/** The same where it may be missing: then it is `{}`. */
export function optionalJsonOf<Json extends z.ZodType>(
  json: Json,
): BodySpec & { parse: (request: RawRequest) => z.output<Json> } {
  return { json, isOptional: true, parse: ({ body }) => parseAs(json, body ?? {}, "request body") };
}

/** A body that can only be a form: its files are all that it has to say. */
export function formOf<Fields extends z.ZodType>(form: {
  readonly fields: Fields;
  readonly file: string;
  readonly many?: boolean;
}): BodySpec & { parse: (request: RawRequest) => z.output<Fields> } {
  return { json: null, form, parse: ({ body }) => parseAs(form.fields, body, "form") };
}

/** A body that is JSON of this schema, or a form of that one. */
export function bodyOf<Json extends z.ZodType, Fields extends z.ZodType>(
  json: Json,
  form: { readonly fields: Fields; readonly file: string; readonly many?: boolean },
): BodySpec & { parse: (request: RawRequest) => z.output<Json> | z.output<Fields> } {
  return {
    json,
    form,
    parse: ({ bodyKind, body }) =>
      bodyKind === "form" ? parseAs(form.fields, body, "form") : parseAs(json, body, "request body"),
  };
}
