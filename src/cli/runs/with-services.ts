import { readConfig } from "../../config/config.ts";
import { openServices, type Services } from "../../runs/services.ts";
import { sayError } from "../terminal.ts";

/** Does some work with everything of this installation, which a running server may be using meanwhile. */
export async function withServices<Result>(work: (services: Services) => Promise<Result>): Promise<Result> {
  const services = await openServices(readConfig(), (error) => sayError(error));
  try {
    return await work(services);
  } finally {
    await services.close();
  }
}
