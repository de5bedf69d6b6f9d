import type { ChildProcess } from "node:child_process";
import type pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tryConnect } from "../../../src/store/postgres/address.ts";
import { initialiseData } from "../../../src/store/postgres/data-folder.ts";
import type { Place } from "../../../src/store/postgres/place.ts";
import { spawnPostgres } from "../../../src/store/postgres/programs.ts";
import { startServer } from "../../../src/store/postgres/server-start.ts";

vi.mock("../../../src/store/postgres/address.ts", () => ({ tryConnect: vi.fn() }));
vi.mock("../../../src/store/postgres/binaries.ts", () => ({
  findBinaries: vi.fn(),
  prepareBinaries: vi.fn(),
}));
vi.mock("../../../src/store/postgres/data-folder.ts", () => ({ initialiseData: vi.fn() }));
vi.mock("../../../src/store/postgres/programs.ts", () => ({
  spawnPostgres: vi.fn(),
  stopOnWindows: vi.fn(),
}));

const place: Place = { folder: "/nowhere", data: "/nowhere/data", sockets: "", copies: "", account: null };
const client = {} as pg.Client;
const exited = { exitCode: 1, signalCode: null } as ChildProcess;
const running = { exitCode: null, signalCode: null } as ChildProcess;
const platform = process.platform;

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(tryConnect).mockResolvedValue(null);
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.defineProperty(process, "platform", { value: platform });
});

it("a start that failed is tried anew, with a port chosen anew, however long initdb took before", async () => {
  let late = 0;
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + late);
  vi.mocked(initialiseData).mockImplementation(async () => {
    late = 60_000;
  });
  vi.mocked(spawnPostgres)
    .mockResolvedValueOnce(exited)
    .mockImplementationOnce(async () => {
      vi.mocked(tryConnect).mockResolvedValue(client);
      return running;
    });
  expect(await startServer(place, "test")).toMatchObject({ client });
  expect(spawnPostgres).toHaveBeenCalledTimes(2);
});

it("another's server on the port that was ours on Windows is not taken for ours", async () => {
  Object.defineProperty(process, "platform", { value: "win32" });
  vi.mocked(tryConnect).mockRejectedValue(new Error("password authentication failed"));
  vi.mocked(spawnPostgres).mockImplementationOnce(async () => {
    vi.mocked(tryConnect).mockResolvedValue(client);
    return running;
  });
  expect(await startServer(place, "test")).toMatchObject({ client });
});
