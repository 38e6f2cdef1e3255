/**
 * A form that came after its session was over: what was typed is kept through the door, and stands in the form again for whoever has
 * signed in. Secrets are not kept. It travels in the page of the door itself, so nothing of it is stored.
 */
import type { Context } from "hono";
import { formBody } from "../form-body.ts";
import { escapeHtml } from "../pages/markup.ts";
import { thenOf } from "../sessions.ts";
import type { Typed } from "./form.ts";
import { consoleRoom } from "./room.ts";

export interface KeptForm {
  /** Address it is sent to. */
  action: string;
  /** Address of the page it stands on. */
  page: string;
  /** Names and what was typed at them, in order. */
  fields: [name: string, typed: string][];
}

const secrets = ["password", "old", "code", "token", "ticket"];

/** The form of this request. */
export async function keepForm(c: Context): Promise<KeptForm> {
  const body = await formBody(c);
  const fields = Object.entries(body).flatMap(([name, values]) =>
    [values]
      .flat()
      .flatMap((value): [string, string][] => (typeof value === "string" ? [[name, value]] : [])),
  );
  const action = c.req.path;
  return {
    action,
    page: thenOf(consoleRoom, refererPath(c) ?? action),
    fields: fields.filter(([name]) => !secrets.includes(name)),
  };
}

/** Where the form stood, as the browser says; null: it does not, or it stood elsewhere. */
function refererPath(c: Context): string | null {
  const referer = URL.parse(c.req.header("Referer") ?? "");
  return referer === null || referer.host !== new URL(c.req.url).host
    ? null
    : referer.pathname + referer.search;
}

/** The form that came along through the door; null: none did, or it is none of ours. */
export function keptForm(typed: Typed): KeptForm | null {
  try {
    const { action, page, fields } = JSON.parse(typed.one("kept")) as KeptForm;
    const isOurs = [action, page].every((address) => thenOf(consoleRoom, address) === address);
    const areTexts = fields.every(
      (field) => field.length === 2 && field.every((one) => typeof one === "string"),
    );
    return isOurs && areTexts ? { action, page, fields } : null;
  } catch {
    return null;
  }
}

/** The page with what was typed in its form again, and a word above it; null: the form does not stand on it. */
export function refill(html: string, { action, fields }: KeptForm, notice: string): string | null {
  const start = html.search(new RegExp(`<form[^>]*\\saction="${RegExp.escape(escapeHtml(action))}"`));
  const end = start < 0 ? -1 : html.indexOf("</form>", start);
  if (end < 0) {
    return null;
  }
  const typed = new Map<string, string[]>();
  for (const [name, value] of fields) {
    typed.set(name, [...(typed.get(name) ?? []), value]);
  }
  const told = `<p class="notice" role="status">${escapeHtml(notice)}</p>`;
  return (
    html.slice(0, start).replace(/<main[^>]*>/, (main) => `${main}${told}`) +
    fill(html.slice(start, end), typed) +
    html.slice(end)
  );
}

function fill(form: string, typed: ReadonlyMap<string, string[]>): string {
  return form
    .replace(/<input\b[^>]*>/g, (input) => {
      const values = typed.get(attribute(input, "name") ?? "");
      switch (attribute(input, "type") ?? "text") {
        case "hidden":
        case "password":
          return input;
        case "checkbox":
        case "radio": {
          // What was not ticked was not sent: of a form that came, that is an answer, too.
          const isOn = values?.includes(unescape(attribute(input, "value") ?? "on")) ?? false;
          return input.replace(/\schecked\b(="[^"]*")?/, "").replace(/>$/, isOn ? " checked>" : ">");
        }
        default:
          return values === undefined
            ? input
            : input.replace(/\svalue="[^"]*"/, "").replace(/>$/, ` value="${escapeHtml(values[0] ?? "")}">`);
      }
    })
    .replace(/(<textarea\b[^>]*>)([^]*?)(<\/textarea>)/g, (whole, open: string, _: string, close: string) => {
      const values = typed.get(attribute(open, "name") ?? "");
      return values === undefined ? whole : `${open}\n${escapeHtml(values[0] ?? "")}${close}`;
    })
    .replace(
      /(<select\b[^>]*>)([^]*?)(<\/select>)/g,
      (whole, open: string, options: string, close: string) => {
        const values = typed.get(attribute(open, "name") ?? "");
        const chosen = options.replace(/<option\b[^>]*>/g, (option) => {
          const isChosen = values?.includes(unescape(attribute(option, "value") ?? "")) ?? false;
          return option.replace(/\sselected\b(="[^"]*")?/, "").replace(/>$/, isChosen ? " selected>" : ">");
        });
        return values === undefined ? whole : `${open}${chosen}${close}`;
      },
    );
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

const characters: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function unescape(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters[entity]!);
}
