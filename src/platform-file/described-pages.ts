/** Pages of audiences, as the platform file says them: what each shows, and who may see it. */
import { accessKinds } from "../domain/status/page-definition.ts";
import { parseNetwork } from "./networks.ts";
import { text, turned, word } from "./scalars.ts";
import { choice, key, list, oneOrMore, section } from "./shapes.ts";
import { slug, title } from "./words.ts";

const network = text({
  what: "an address or a network like 10.0.0.0/8",
  max: 60,
  refuse(written) {
    try {
      parseNetwork(written);
      return null;
    } catch {
      return `must be an address or a network like 10.0.0.0/8 or 2001:db8::/32, not "${written}"`;
    }
  },
});

const services = choice('"all", or a list of services', {
  scalar: word(["all"]),
  list: list("a list of services", slug, 1),
});

const domain = turned(
  text({
    what: "a name like status.acme.example",
    pattern:
      "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+(?::[0-9]{1,5})?",
    max: 250,
  }),
  (name) => ({ value: name.toLowerCase() }),
);

const waysIn = {
  access: key(
    oneOrMore("a way in or a list of ways in", word(accessKinds)),
    "Who may see it, by any of these ways: sign_in (those who run the platform, and its customers), link and password (made in the console), network, public.",
  ),
  networks: key(
    list("a list of networks", network, 1),
    "Where network lets in from, by the address of who asks.",
  ),
  customers: key(
    list("a list of customers", slug, 1),
    "Customers whom sign_in lets in, by slug. Default: none.",
  ),
};

/** The page at the root. */
export const rootPage = section("who may see the page", waysIn, { required: ["access"] });

/** One page beside it. */
export const page = section(
  "a page with services or groups, and who may see it",
  {
    title: key(title, "As it is called. Default: made of the slug."),
    services: key(
      services,
      "What it shows, by slug, the private ones, too; or all. Default: those of its groups.",
    ),
    domain: key(
      domain,
      "The name at which it stands by itself, which must lead to this server. Default: none, it is at /pages/ and its slug.",
    ),
    groups: key(list("a list of groups", slug, 1), "Groups that it shows whole, by slug. Default: none."),
    ...waysIn,
  },
  { required: ["access"] },
);
