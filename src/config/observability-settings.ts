import { z } from "zod";

/** How an installation tells how it is. */
export interface ObservabilitySettings {
  readonly logFormat: "json" | "text";
  /** Where this process tells its metrics besides `/metrics` of the server; null: nowhere. Port 0 picks a free one. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Base address of an OTLP/HTTP collector; the other OTEL_* variables are read by the SDK itself. */
  readonly tracesUrl: string | undefined;
}

const HttpUrl = z
  .url({ protocol: /^https?$/, error: "expected a URL that begins with http:// or https://" })
  .transform((url) => url.replace(/\/+$/, ""));

/** Rows for the table of all settings in config.ts. */
export const OBSERVABILITY_SETTINGS = {
  MASKLOOM_LOG_FORMAT: { file: "logFormat", type: z.enum(["json", "text"]).default("json") },
  MASKLOOM_METRICS_HOST: { file: "metrics.host", type: z.string().default("127.0.0.1") },
  MASKLOOM_METRICS_PORT: {
    file: "metrics.port",
    type: z.coerce.number().int().min(0).max(65_535).optional(),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: { file: "traces.url", type: HttpUrl.optional() },
} as const;

interface Given {
  readonly MASKLOOM_LOG_FORMAT: ObservabilitySettings["logFormat"];
  readonly MASKLOOM_METRICS_HOST: string;
  readonly MASKLOOM_METRICS_PORT?: number | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
}

export const observabilitySettingsOf = (given: Given): ObservabilitySettings => ({
  logFormat: given.MASKLOOM_LOG_FORMAT,
  metrics:
    given.MASKLOOM_METRICS_PORT === undefined
      ? null
      : { host: given.MASKLOOM_METRICS_HOST, port: given.MASKLOOM_METRICS_PORT },
  tracesUrl: given.OTEL_EXPORTER_OTLP_ENDPOINT,
});
