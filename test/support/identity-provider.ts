/** A real OpenID provider on loopback, and somebody who signs in there as a browser would. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestProvider {
  issuer: string;
  /** Signs in at the address as this account and agrees; where the provider sends the browser back to. */
  signIn(address: string, account: string): Promise<string>;
  stop(): Promise<void>;
}

interface ProviderClass {
  new (issuer: string, settings: object): { callback(): Parameters<typeof createServer>[1] };
}

/** Accounts are their own address before the @; those that begin with "un" have not verified it. */
export async function startIdentityProvider(client: {
  id: string;
  secret: string;
  returnTo: string;
}): Promise<TestProvider> {
  // A name in a variable: the package brings no types.
  const name = "oidc-provider";
  const { default: Provider } = (await import(name)) as { default: ProviderClass };
  let answer: Parameters<typeof createServer>[1] = (_, response) => void response.end();
  const server: Server = createServer((request, response) => answer!(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [client.returnTo] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["a key of the test"] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({
        sub,
        email: `${sub}@acme.example`,
        email_verified: !sub.startsWith("un"),
        name: `The ${sub}`,
      }),
    }),
  });
  answer = provider.callback();
  return {
    issuer,
    signIn: (address, account) => walk(address, account, issuer),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Follows the provider's pages, keeping its cookies, until it leads away from itself. */
async function walk(address: string, account: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>();
  const ask = async (url: string, init: RequestInit = {}) => {
    const headers = { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    const answer = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      cookies.set(name!, value!);
    }
    return answer;
  };
  let answer = await ask(address);
  for (let steps = 0; steps < 20; steps++) {
    const next = answer.headers.get("Location");
    if (next !== null) {
      const url = new URL(next, issuer).href;
      if (!url.startsWith(issuer)) {
        return url;
      }
      answer = await ask(url);
      continue;
    }
    const page = await answer.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) {
      throw new Error(`the provider shows ${answer.status}: ${page.slice(0, 300)}`);
    }
    const body = new URLSearchParams({ prompt, login: account, password: "x" });
    answer = await ask(new URL(action, issuer).href, { method: "POST", body });
  }
  throw new Error("the provider leads nowhere");
}
