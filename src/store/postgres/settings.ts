import type { Place } from "./place.ts";

/**
 * A server for one machine and a few dozen connections. Safe as delivered: fsync, full page writes and
 * synchronous commit stay on (the queue's own connections relax the last one for themselves, see src/queue).
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // A few processes with a pool each, their queue and LISTEN connections.
  max_connections: "100",
  // The tables are small; the operating system caches the rest.
  shared_buffers: "32MB",
  // /dev/shm is 64 MB in containers, and missing in some.
  dynamic_shared_memory_type: "mmap",
  // No replicas: the least WAL, and no processes to send it.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_logical_replication_workers: "0",
  max_wal_size: "256MB",
  // Short queries only: planning for parallel workers and compiling cost more than they give.
  max_parallel_workers_per_gather: "0",
  jit: "off",
  // Everything is cached; three I/O worker processes would only sit there.
  io_method: "sync",
  // Queue rows live for milliseconds: their remains must go soon, or claiming wades through them.
  autovacuum_naptime: "10s",
  // A backend of a killed client ends, even in the middle of a query.
  client_connection_check_interval: "5s",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  cluster_name: "maskloom",
};

/** @param port of the unix socket's name, or on Windows of loopback */
export function serverArguments(place: Place, port: number): string[] {
  const listen: Record<string, string> =
    process.platform === "win32"
      ? { listen_addresses: "127.0.0.1", port: String(port) }
      : {
          listen_addresses: "",
          port: String(port),
          unix_socket_directories: place.sockets,
          unix_socket_permissions: "0700",
        };
  const settings = Object.entries({ ...SETTINGS, ...listen });
  return ["-D", place.data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}
