import { sendTestNotification } from "../../runs/notify/test-notification.ts";
import { withServices } from "../runs/with-services.ts";
import { printJson, printLine } from "../terminal.ts";

export function testNotification({ json }: { readonly json?: true }): Promise<void> {
  return withServices(async (services) => {
    const sent = await sendTestNotification(services, new AbortController().signal);
    if (json) printJson(sent);
    else printLine(`${sent.target} has taken the message, ${sent.milliseconds} ms`);
  });
}
