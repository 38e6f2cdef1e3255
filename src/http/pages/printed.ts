/** What is to be sent, before it is printed. From the pages to whoever answers with them. */

/** What is to be sent: a template with its model. */
export interface Printed {
  template: string;
  model: object;
  status: number;
  /** In the place of, or beside, those that all pages have. */
  headers?: Readonly<Record<string, string>>;
}
