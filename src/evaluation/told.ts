/**
 * What an evaluation comes to: the result as JSON, and the steps that led to it in words.
 */
export interface Told {
  result: Record<string, unknown>;
  steps: string[];
}
