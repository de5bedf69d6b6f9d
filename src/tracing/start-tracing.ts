import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

export interface Tracing {
  /** Sends what is left. */
  stop(): Promise<void>;
}

interface Traced {
  /** Base address of the collector, without a slash at the end. */
  readonly url: string;
  /** Unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES name another one. */
  readonly service: string;
  readonly version: string;
}

/** From now on spans of this process go to a collector over OTLP/HTTP. To be imported only where one is configured. */
export function startTracing({ url, service, version }: Traced): Tracing {
  const own = resourceFromAttributes({ "service.name": service, "service.version": version });
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  return {
    /* A collector that is away must not keep a process from ending: the exporter gives up by itself. */
    stop: () => provider.shutdown().catch(() => undefined),
  };
}
