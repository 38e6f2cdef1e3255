/** `fournines user invite | list | role | deactivate | erase`: who may come in, and as what. */
import { type Command, Option } from "commander";
import { NotFound } from "../domain/errors.ts";
import { roles, type Role } from "../domain/people/rights.ts";
import { askServer, type Connection, findServer } from "./connection.ts";
import type { Terminal } from "./words.ts";

export function addUserCommands(program: Command, terminal: Terminal): void {
  const user = program.command("user").description("who may come in, and as what");
  const server = () => findServer({}, terminal.environment);
  const role = () => new Option("--role <role>", "what they are here").choices(roles).makeOptionMandatory();
  const customer = () => new Option("--customer <slug>", "with the role customer: whose");

  user
    .command("invite")
    .description("invite somebody; the link is good once, for a week")
    .argument("[mail]", "their address; left out, they say it themselves")
    .addOption(role())
    .addOption(customer())
    .option("--name <name>", "what they are called")
    .action(async (mail: string | undefined, options: { role: Role; customer?: string; name?: string }) => {
      const at = await server();
      const wanted = { ...options, ...(mail === undefined ? {} : { mail }) };
      const { path } = await askServer<{ path: string }>(at, "POST", "/api/v1/people", wanted);
      terminal.print(`${at.url}${path}`);
    });

  user
    .command("list")
    .description("show everybody")
    .action(async () => {
      for (const person of await peopleAt(await server())) {
        const { id, role: part, customer: whose, state, name, mail } = person;
        const called = [name, mail].filter((one) => one !== null).join(" ") || "not named";
        terminal.print(
          `${id}  ${state.padEnd(11)}  ${[part, whose].filter(Boolean).join(" ").padEnd(18)}  ${called}`,
        );
      }
    });

  user
    .command("role")
    .description("give somebody another role")
    .argument("<person>", "address or id")
    .addOption(role())
    .addOption(customer())
    .action(async (named: string, options: { role: Role; customer?: string }) => {
      const at = await server();
      await askServer(at, "PUT", `/api/v1/people/${await idAt(at, named)}/role`, options);
      terminal.print(`${named} is ${options.role} now.`);
    });

  user
    .command("deactivate")
    .description("let somebody come in no more; their sessions and tokens are over")
    .argument("<person>", "address or id")
    .action(async (named: string) => {
      const at = await server();
      await askServer(at, "POST", `/api/v1/people/${await idAt(at, named)}/deactivation`, {});
      terminal.print(`${named} may come in no more.`);
    });

  user
    .command("erase")
    .description("forget somebody's name and address for ever; what they did stays under their id")
    .argument("<person>", "address or id")
    .requiredOption("--yes", "it cannot be undone")
    .action(async (named: string) => {
      const at = await server();
      const id = await idAt(at, named);
      await askServer(at, "DELETE", `/api/v1/people/${id}`);
      terminal.print(`${id} names nobody any more.`);
    });
}

interface PersonJson {
  id: string;
  role: Role;
  customer: string | null;
  name: string | null;
  mail: string | null;
  state: string;
}

async function peopleAt(server: Connection): Promise<PersonJson[]> {
  return (await askServer<{ people: PersonJson[] }>(server, "GET", "/api/v1/people")).people;
}

async function idAt(server: Connection, named: string): Promise<string> {
  const person = (await peopleAt(server)).find(
    ({ id, mail }) => id === named || mail === named.trim().toLowerCase(),
  );
  if (person === undefined) {
    throw new NotFound("person_not_found", `There is nobody with the address or id "${named}".`);
  }
  return person.id;
}
