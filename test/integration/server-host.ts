import sharp from "sharp";
import { type Config, readConfig } from "../../src/config/config.ts";
import { createLogger } from "../../src/logging/log.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../src/server/start-server.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

/** A home of its own with a real database, and any number of servers on it. */
export interface ServerHost {
  readonly services: Services;
  readonly home: string;
  start(settings?: Partial<Config["server"]>, options?: Partial<ServerOptions>): Promise<RunningServer>;
  stop(): Promise<void>;
}

export async function openServerHost(
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerHost> {
  const home = await makeTemporaryHome();
  const config = readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent", ...environment });
  const services = await openServices(config, () => undefined);
  const servers: RunningServer[] = [];
  return {
    services,
    home,
    async start(settings = {}, options = {}) {
      const server = await startServer(
        { ...services, config: { ...config, server: { ...config.server, ...settings } } },
        { host: "127.0.0.1", port: 0, log: createLogger("silent"), dashboardFolder: null, ...options },
      );
      servers.push(server);
      return server;
    },
    async stop() {
      await Promise.all(servers.map((server) => server.close()));
      await services.close();
      await removeTemporaryHome(home);
    },
  };
}

/** A picture without faces. */
export function plainPicture(width = 64, height = 48): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: 40, g: 90, b: 160 } } })
    .png()
    .toBuffer();
}

export async function pictureForm(
  fields: Readonly<Record<string, string>> = {},
  picture?: Uint8Array,
): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ workflow: "anonymize-faces", ...fields }))
    form.set(name, value);
  form.set("image", new Blob([new Uint8Array(picture ?? (await plainPicture()))]), "blue sky.png");
  return form;
}

/** A form of pictures that are only to be stored. */
export async function picturesForm(names: readonly string[] = ["a.png"]): Promise<FormData> {
  const form = new FormData();
  for (const name of names) form.append("images", new Blob([new Uint8Array(await plainPicture())]), name);
  return form;
}
