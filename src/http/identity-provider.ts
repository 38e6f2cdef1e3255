/**
 * An identity provider that vouches for people (OpenID Connect: authorization code with PKCE, state and nonce), by configuration. It is
 * looked up when somebody first wants to come in by it, and again while that fails.
 */
import type { Configuration } from "openid-client";
import type { VouchedIdentity } from "../actions/recognise-identity.ts";

export interface ProviderSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What its button says. */
  name: string;
}

/** What has to be remembered while somebody is at the provider. */
export interface ProviderTrip {
  state: string;
  nonce: string;
  verifier: string;
}

export interface IdentityProvider {
  name: string;
  /** Where to send somebody, and what to remember meanwhile. */
  begin(returnTo: string): Promise<{ address: string; trip: ProviderTrip }>;
  /**
   * Whom it vouches for.
   *
   * @param returned the whole address that somebody came back to
   * @throws whatever the provider, or the answer, is refused for
   */
  finish(returned: URL, trip: ProviderTrip): Promise<VouchedIdentity>;
}

/** Loaded when it is first looked up: a server starts without it. */
const openid = () => import("openid-client");

export function openIdentityProvider(settings: ProviderSettings): IdentityProvider {
  const { issuer, clientId, clientSecret, name } = settings;
  let known: Promise<Configuration> | undefined;
  const discover = async () => {
    const oidc = await openid();
    const server = new URL(issuer);
    // Without TLS only what never leaves this machine.
    const options =
      server.protocol === "http:" && /^(localhost|127\.|\[::1\])/.test(server.hostname)
        ? { execute: [oidc.allowInsecureRequests] }
        : {};
    return oidc.discovery(server, clientId, clientSecret, undefined, options);
  };
  const discovered = () => {
    known ??= discover().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    name,
    async begin(returnTo) {
      const oidc = await openid();
      const trip = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const address = oidc.buildAuthorizationUrl(await discovered(), {
        redirect_uri: returnTo,
        scope: "openid email profile",
        code_challenge: await oidc.calculatePKCECodeChallenge(trip.verifier),
        code_challenge_method: "S256",
        state: trip.state,
        nonce: trip.nonce,
      });
      return { address: address.href, trip };
    },
    async finish(returned, { state, nonce, verifier }) {
      const oidc = await openid();
      const tokens = await oidc.authorizationCodeGrant(await discovered(), returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const told: Record<string, unknown> =
        claims["email"] === undefined
          ? { ...(await oidc.fetchUserInfo(await discovered(), tokens.access_token, claims.sub)) }
          : claims;
      const text = (claim: string) => (typeof told[claim] === "string" ? told[claim] : null);
      return {
        issuer: claims.iss,
        subject: claims.sub,
        verifiedMail: told["email_verified"] === true ? text("email") : null,
        name: text("name"),
      };
    },
  };
}
