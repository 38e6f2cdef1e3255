import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alertOfReply,
  alertThread,
  authorOfLink,
  pathOfAcknowledgeLink,
  readAcknowledgeLink,
} from "../../src/actions/acknowledge-link.ts";
import { NotFound } from "../../src/domain/errors.ts";

const key = "k".repeat(32);
const link = { alertId: 7, channel: "person:8k2" };
const sealed = pathOfAcknowledgeLink(key, link).replace("/console/acknowledge/", "");

describe("a link with which an alert is acknowledged", () => {
  it("says again which alert it is for, and on which channel it was told", () => {
    expect(sealed).toMatch(/^7\.[\w-]+\.[\w-]{24}$/);
    expect(readAcknowledgeLink(key, sealed)).toEqual(link);
    fc.assert(
      fc.property(
        fc.nat(2_000_000_000),
        fc.string({ unit: "binary", minLength: 1, maxLength: 63 }),
        (alertId, channel) => {
          const path = pathOfAcknowledgeLink(key, { alertId, channel });
          expect(readAcknowledgeLink(key, path.slice("/console/acknowledge/".length))).toEqual({
            alertId,
            channel,
          });
        },
      ),
    );
  });

  it.each([
    ["another alert", sealed.replace(/^7/, "8")],
    ["another channel", sealed.replace(/\.[\w-]+\./, `.${Buffer.from("ops").toString("base64url")}.`)],
    ["another seal", `${sealed.slice(0, -1)}${sealed.endsWith("A") ? "B" : "A"}`],
    ["half of it", sealed.slice(0, -4)],
    ["nothing", ""],
  ])("is none with %s", (_, text) => {
    expect(() => readAcknowledgeLink(key, text)).toThrow(NotFound);
  });

  it("acknowledges in the name of the person it was sent to, or of the channel", () => {
    expect(authorOfLink(link)).toBe("8k2");
    expect(authorOfLink({ alertId: 7, channel: "ops-chat" })).toBe("channel ops-chat");
  });

  it("is none for a server with another secret", () => {
    expect(() => readAcknowledgeLink("x".repeat(32), sealed)).toThrow(NotFound);
  });
});

describe("an answer to a mail", () => {
  const thread = alertThread(key, link);

  it("names the alert by any of the mails it answers", () => {
    const references = ["<other@acme.example>", `<${thread}@acme.example>`];
    expect(alertOfReply(key, references)).toEqual(link);
    expect(alertOfReply(key, [`<${thread}.alert_7_opened@acme.example>`])).toEqual(link);
    expect(`${thread}@`).toMatch(/^[A-Za-z0-9.@-]+$/);
  });

  it("names none where nobody was sent what it answers", () => {
    expect(alertOfReply(key, [])).toBeUndefined();
    expect(alertOfReply(key, [`<${thread.replace("alert-7", "alert-8")}@acme.example>`])).toBeUndefined();
    expect(alertOfReply("x".repeat(32), [`<${thread}@acme.example>`])).toBeUndefined();
  });
});
