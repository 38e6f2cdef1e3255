/** ntfy, on ntfy.sh or a server of one's own: https://docs.ntfy.sh/publish/#publish-as-json. */
import { postJson } from "./call.ts";
import { type Channel, linksOf, type Message, saidIn, type ToldAlert } from "./channel.ts";
import { fitBytes } from "./fit.ts";

export interface NtfySettings {
  name: string;
  /** Server and topic: `https://ntfy.sh/acme-alerts`. */
  url: string;
  /** An access token; null: everybody may write there. */
  token: string | null;
  isInternal: boolean;
}

/** Beyond this ntfy makes a file of a message. */
const longestBytes = 3800;
const longestTitleBytes = 250;

export function ntfyChannel({ name, url, token, isInternal }: NtfySettings): Channel {
  const { origin, pathname, host } = new URL(url);
  const topic = decodeURIComponent(pathname.slice(1));
  return {
    name,
    leadsTo: host,
    send: (message) =>
      postJson(
        `${origin}/`,
        ntfyMessage(message, topic),
        { isInternal, secrets: [topic, ...(token === null ? [] : [token])] },
        token === null ? {} : { authorization: `Bearer ${token}` },
      ),
    close() {},
  };
}

/** It knows no markup unless it is asked for. */
export function ntfyMessage({ subject, text, alert }: Message, topic: string): object {
  return {
    topic,
    title: fitBytes(subject, longestTitleBytes),
    message: fitBytes(saidIn(text, alert), longestBytes),
    priority: priorityOf(alert),
    ...(alert === undefined
      ? {}
      : {
          click: alert.page.address,
          actions: linksOf(alert).map(({ word, address }) => ({
            action: "view",
            label: word,
            url: address,
            clear: true,
          })),
        }),
  };
}

/** 5 breaks through "do not disturb", 3 is as usual, 2 makes no sound. */
function priorityOf(alert: ToldAlert | undefined): number {
  if (alert === undefined) {
    return 3;
  }
  if (alert.event === "closed" || alert.event === "acknowledged") {
    return 2;
  }
  return { critical: 5, warning: 3, info: 2 }[alert.severity];
}
