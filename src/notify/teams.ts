/**
 * Microsoft Teams, by the webhook of a workflow ("Post to a channel when a webhook request is received"): an Adaptive Card,
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook.
 */
import { postJson } from "./call.ts";
import { type Channel, type Link, linksOf, type Message, saidIn, type ToldAlert } from "./channel.ts";
import { fit } from "./fit.ts";

export interface TeamsSettings {
  name: string;
  /** It is signed: whoever knows it may write into the channel. */
  url: string;
  isInternal: boolean;
}

/** A whole message has at most 28 KB; what is ours of it may have so many signs of up to four bytes. */
const longestSubject = 300;
const longestText = 4000;

export function teamsChannel({ name, url, isInternal }: TeamsSettings): Channel {
  return {
    name,
    leadsTo: new URL(url).host,
    send: (message) => postJson(url, teamsMessage(message), { isInternal, secrets: [url] }),
    close() {},
  };
}

export function teamsMessage(message: Message): object {
  const { subject, text, alert } = message;
  const said = fit(saidIn(text, alert), longestText);
  const links = alert === undefined ? [] : linksOf(alert);
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          msteams: { width: "Full" },
          fallbackText: fit(subject, longestSubject),
          body: [
            paragraph(fit(subject, longestSubject), {
              size: "Large",
              weight: "Bolder",
              color: colorOf(alert),
            }),
            ...said
              .split("\n")
              .filter(Boolean)
              .map((line) => paragraph(line, {})),
          ],
          ...(links.length === 0 ? {} : { actions: links.map(actionOf) }),
        },
      },
    ],
  };
}

/** Runs of text are shown as they are; a text block would read them as Markdown. */
function paragraph(text: string, looks: object): object {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text, ...looks }] };
}

function actionOf({ word, address }: Link): object {
  return { type: "Action.OpenUrl", title: word, url: address };
}

function colorOf(alert: ToldAlert | undefined): string {
  if (alert === undefined) {
    return "Default";
  }
  if (alert.event === "closed") {
    return "Good";
  }
  return { critical: "Attention", warning: "Warning", info: "Default" }[alert.severity];
}
