/** A customer: who a contract is made with, whom reports are sent to, and in which language. */

/** Languages that pages and reports are written in. */
export const customerLanguages = ["en", "da", "nb", "fr"] as const;
export type CustomerLanguage = (typeof customerLanguages)[number];

/** A person, by the name and the part they play: the escalation point of a contract, a support contact of a customer. */
export interface NamedContact {
  name: string;
  role: string | null;
  email: string | null;
  phone: string | null;
}

export interface CustomerDefinition {
  slug: string;
  name: string;
  language: CustomerLanguage;
  /** Mail addresses that reports go to where a contract names none. */
  recipients: string[];
  /** Who asks for support in their name. */
  contacts: NamedContact[];
  notes: string;
}
