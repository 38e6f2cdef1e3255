/** Customers with contracts that promise support, put as people put them over the API. For tests of requests. */
import type { TestApi } from "./api.ts";

/** Acme under the severity table of OneOffice with two named contacts, Beta with twelve working hours, Gamma without support. */
export async function agreeOnSupport(api: TestApi): Promise<void> {
  const put = async (path: string, body: object) => {
    const answer = await api.send("PUT", path, body);
    if (answer.status !== 200) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
  };
  await put("/api/v1/customers/acme", {
    name: "Acme",
    language: "en",
    recipients: ["reports@acme.example"],
    contacts: [
      { name: "Ida Moe", email: "ida@acme.example" },
      { name: "Ole Lund", email: "ole@acme.example" },
    ],
  });
  await put("/api/v1/customers/beta", { name: "Beta", language: "da" });
  await put("/api/v1/customers/gamma", { name: "Gamma", language: "en" });
  const contract = (customer: string, policy: string | null, more: object = {}) => ({
    ...{ customer, title: `${customer}, everything`, starts: "2026-01-01" },
    ...(policy === null ? {} : { policy }),
    ...more,
  });
  await put("/api/v1/contracts/acme-all", {
    ...contract("acme", "oneoffice-da", {
      escalation_contact: { name: "Ada Berg", role: "Customer Success Manager" },
      support: { escalation: [{ to: "Management", after: "4h", priorities: ["high"] }] },
    }),
  });
  await put("/api/v1/contracts/beta-all", contract("beta", "metacompliance-da"));
  await put("/api/v1/contracts/gamma-all", contract("gamma", null, { target: 99.9 }));
}

/** A mail as a mail server hands it over. */
export function rawMail(headers: Record<string, string>, text: string): string {
  const all = {
    From: "Ida Moe <ida@acme.example>",
    To: "support@fournines.example",
    Subject: "Nobody can sign in",
    "Message-ID": `<${crypto.randomUUID()}@acme.example>`,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${text.replace(/\n/g, "\r\n")}\r\n`;
}
