import { cp } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { inject } from "vitest";
import { installCli, until } from "../integration/cli-installation.ts";
import { openServerHost, type ServerHost } from "../integration/server-host.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { openBrowser } from "./open-browser.ts";

/** `maskloom up` as it is installed, with the dashboard as it is built, and a browser. */
export interface DashboardHost {
  readonly browser: Browser;
  readonly url: string;
  stop(): Promise<void>;
}

export async function startDashboard(): Promise<DashboardHost> {
  const [installation, home, browser] = await Promise.all([installCli(), makeTemporaryHome(), openBrowser()]);
  await cp(inject("dashboardFolder"), path.join(installation.folder, "dist", "dashboard"), {
    recursive: true,
  });
  const up = installation.start(["up", "--port", "0"], { home });
  await until(() => up.stdout().includes("\n"));
  return {
    browser,
    url: /http:\/\/\S+/.exec(up.stdout())?.[0] ?? "",
    async stop() {
      await browser.close();
      up.kill("SIGTERM");
      await up.ended;
      await removeTemporaryHome(home);
      await installation.remove();
    },
  };
}

/** A server of this process, with the dashboard as it is built, and a browser. Workers are the test's own. */
export interface PagesHost extends Pick<ServerHost, "home" | "services"> {
  readonly browser: Browser;
  /** @returns the server's address */
  start(settings?: Parameters<ServerHost["start"]>[0]): Promise<string>;
  stop(): Promise<void>;
}

export async function openPagesHost(environment: Readonly<Record<string, string>> = {}): Promise<PagesHost> {
  const [host, browser] = await Promise.all([openServerHost(environment), openBrowser()]);
  return {
    home: host.home,
    services: host.services,
    browser,
    start: async (settings = {}) =>
      (await host.start(settings, { dashboardFolder: inject("dashboardFolder") })).url,
    async stop() {
      await browser.close();
      await host.stop();
    },
  };
}
