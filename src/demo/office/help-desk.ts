/**
 * What customers of the demo reported and asked, in their languages, and what became of it: answered in time and too late, waiting for the
 * customer, solved, behind an incident, of nobody in particular, and new. Working days before the demo's first start.
 */
import { changeRequest, type WantedChange } from "../../actions/change-request.ts";
import { openRequest, type Reported } from "../../actions/open-request.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";
import { listIncidentsSince } from "../../store/incidents.ts";
import { countRequests } from "../../store/requests.ts";
import { clockTime, dayMs, type Origin } from "../history/span.ts";
import { amir, ida, jonas, sara } from "./people.ts";

/** So many working days before the day of the first start, at a time in UTC. */
type When = [workingDaysAgo: number, time: string];

interface Told {
  at: When;
  reported: Partial<Reported> & Pick<Reported, "channel" | "subject" | "message">;
  /** Who logged it; absent: whoever reported it. */
  author?: string;
  steps: { at: When; author: string; change: WantedChange }[];
}

const told: readonly Told[] = [
  {
    at: [34, "08:12"],
    reported: {
      ...{ channel: "mail", customer: "nordlys", service: "web-app", priority: "p2", language: "da" },
      reporter: { name: "Kirsten Dahl", mail: "kirsten@nordlys.example" },
      subject: "Ledere kan ikke se deres afdelinger",
      message:
        "Siden i morges ser flere ledere en tom liste, når de åbner deres afdeling. Medarbejderne selv kan godt logge ind.",
    },
    steps: [
      {
        at: [34, "09:40"],
        author: ida,
        change: {
          kind: "answered",
          text: "Vi har fundet fejlen: et filter fra i går aftes gemmer afdelinger uden leder. Vi retter det i dag.",
        },
      },
      {
        at: [34, "13:05"],
        author: ida,
        change: { kind: "resolved", text: "Filteret er taget ud igen, og alle afdelinger vises." },
      },
    ],
  },
  {
    at: [27, "09:30"],
    reported: {
      ...{ channel: "portal", customer: "nordlys", service: "mail", priority: "p3", language: "da" },
      reporter: { name: "Jens Ravn", mail: "jens@nordlys.example" },
      subject: "Påmindelser kommer to gange",
      message: "Fem medarbejdere har fået den samme påmindelse to gange i dag.",
    },
    steps: [
      {
        at: [24, "10:15"],
        author: jonas,
        change: {
          kind: "answered",
          text: "Undskyld ventetiden: sagen lå hos den forkerte. Påmindelserne blev sendt igen efter en genstart og er nu stoppet.",
        },
      },
      { at: [24, "10:20"], author: jonas, change: { kind: "resolved", text: "Rettet og afprøvet." } },
    ],
  },
  {
    at: [9, "10:05"],
    author: sara,
    reported: {
      ...{ channel: "phone", customer: "meridian", service: "api", language: "en" },
      reporter: { name: "Helen Moss", mail: "helen.moss@meridian.example" },
      subject: "Nightly import stopped half way",
      message:
        "Called in: the import of employees stopped after 4,000 of 9,200 people. Asks whether it may be run again.",
    },
    steps: [
      {
        at: [9, "10:30"],
        author: sara,
        change: {
          kind: "answered",
          text: "You may run it again: what was imported is recognised and skipped.",
        },
      },
      { at: [8, "07:50"], author: sara, change: { kind: "resolved", text: "The second run went through." } },
    ],
  },
  {
    at: [5, "09:10"],
    reported: {
      ...{ channel: "mail", customer: "helsefjord", service: "live-sessions", language: "nb" },
      reporter: { name: "Marit Solberg", mail: "marit@helsefjord.example" },
      subject: "Lyden faller ut i klasserommet",
      message: "I går falt lyden ut tre ganger i løpet av én time. Bildet var fint hele tiden.",
    },
    steps: [
      {
        at: [5, "11:00"],
        author: amir,
        change: {
          kind: "answered",
          text: "Takk for beskjeden. Hvilken nettleser brukte dere, og omtrent når på dagen var det?",
          thenWaits: true,
        },
      },
    ],
  },
  {
    at: [3, "08:25"],
    reported: {
      ...{ channel: "form", customer: "durand", service: "course-media", language: "fr" },
      reporter: { name: "Claire Fontaine", mail: "claire@durand.example" },
      subject: "Sous-titres absents de trois vidéos",
      message:
        "Les sous-titres français manquent dans les trois vidéos du parcours « Données personnelles ». Ils y étaient la semaine dernière.",
    },
    steps: [
      {
        at: [3, "13:40"],
        author: jonas,
        change: {
          kind: "answered",
          text: "Merci. Les fichiers existent encore ; nous cherchons pourquoi le lecteur ne les demande plus.",
        },
      },
      {
        at: [2, "09:05"],
        author: jonas,
        change: { kind: "noted", text: "The new player asks for “fr-FR”, the files are called “fr”." },
      },
    ],
  },
  {
    at: [2, "07:45"],
    reported: {
      ...{ channel: "mail", language: "nb" },
      reporter: { name: "Ola Hauge", mail: "ola.hauge@post.example" },
      subject: "Kommer ikke inn på kurset mitt",
      message: "Jeg får beskjed om at lenken er brukt. Hva gjør jeg nå?",
    },
    steps: [],
  },
  {
    at: [3, "12:10"],
    reported: {
      ...{ channel: "mail", customer: "nordlys", service: "web-app", priority: "p4", language: "da" },
      reporter: { name: "Kirsten Dahl", mail: "kirsten@nordlys.example" },
      subject: "Rapporten over gennemførte kurser er langsom",
      message:
        "Det tager op mod et minut at åbne rapporten for hele kommunen. Den virker, men det er upraktisk.",
    },
    steps: [],
  },
  {
    at: [0, "00:40"],
    reported: {
      ...{ channel: "portal", customer: "nordlys", service: "sign-in", priority: "p2", language: "da" },
      reporter: { name: "Jens Ravn", mail: "jens@nordlys.example" },
      subject: "Nattevagten kan ikke logge ind",
      message:
        "Tre kolleger på nattevagt får at vide, at deres konto er spærret. Adgangskoden er ikke ændret.",
    },
    steps: [],
  },
];

/** Reports all of it, as of its days. Done again, it changes nothing. */
export async function workAtHelpDesk(db: Database, origin: Origin): Promise<void> {
  if (Object.values(await countRequests(db)).some((n) => n > 0)) {
    return;
  }
  const rest = {
    ...{ customer: null, contract: null, service: null, priority: null, reporter: null, language: null },
    confirms: true,
  };
  await db.transaction(async (tx) => {
    for (const { at, author, reported, steps } of told) {
      const { reference } = await openRequest(
        tx,
        { ...rest, ...reported },
        author ?? null,
        timeOf(origin, at),
      );
      for (const { at: then, author: by, change } of steps) {
        await changeRequest(tx, { reference, change }, by, timeOf(origin, then));
      }
      const behind = reported.service === "api" ? await incidentAround(tx, timeOf(origin, at)) : undefined;
      if (behind !== undefined) {
        const change = { kind: "linked" as const, incident: behind };
        await changeRequest(
          tx,
          { reference, change },
          author ?? sara,
          timeOf(origin, steps.at(-1)!.at) + 60_000,
        );
      }
    }
  });
}

/** The latest incident that began within a fortnight before. */
async function incidentAround(db: Database, at: Instant): Promise<string | undefined> {
  const found = await listIncidentsSince(db, at - 14 * dayMs);
  return found.find(({ startedAt }) => startedAt <= at)?.reference;
}

function timeOf(origin: Origin, [workingDaysAgo, time]: When): Instant {
  let daysAgo = 0;
  for (let left = workingDaysAgo; left > 0;) {
    daysAgo++;
    const weekday = new Date(clockTime(origin, { daysAgo }, "12:00")).getUTCDay();
    left -= weekday === 0 || weekday === 6 ? 0 : 1;
  }
  return Math.min(clockTime(origin, { daysAgo }, time), origin.end);
}
