import { Histogram, type Registry } from "prom-client";

/** A request that has been answered, or whose client has left. */
export interface AnsweredRequest {
  readonly method: string;
  /** As the table of routes writes it, such as `/api/runs/:runUUID`: an address would be a series of its own each. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** What a server tells of its requests. */
export function createHttpMetrics(registry: Registry): (request: AnsweredRequest) => void {
  const answered = new Histogram({
    name: "maskloom_http_request_duration_seconds",
    help: "Requests by method, route and status",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ method, route, status, seconds }) => answered.observe({ method, route, status }, seconds);
}
