/** A browser without a window: it keeps cookies, says where a form came from, and does not follow redirections by itself. */
import type { TestApi } from "./api.ts";

export interface TestBrowser {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(
    path: string,
    fields?: Record<string, string | string[]>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  cookies: Map<string, string>;
}

export const origin = "http://localhost";

export function testBrowser(api: Pick<TestApi, "request">): TestBrowser {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
    const answer = await api.request(`${origin}${path}`, {
      ...init,
      headers: {
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...init.headers,
      },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === "" || /Max-Age=0\b/i.test(cookie)) {
        cookies.delete(name!);
      } else {
        cookies.set(name!, value!);
      }
    }
    return answer;
  };
  return {
    cookies,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, fields = {}, headers = {}) => {
      const body = new URLSearchParams(
        Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value])),
      );
      return ask(path, { method: "POST", body, headers: { Origin: origin, ...headers } });
    },
  };
}
