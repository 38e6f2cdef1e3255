/** What people said in the demo's thirteen months: incidents with their updates, and planned work. Recorded by the real actions. */
import type { AffectedService, IncidentState } from "../../domain/status/incident.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { clockTime, minuteMs, type Origin } from "./span.ts";
import { intervalOf, type ToldName } from "./told-troubles.ts";

export interface SaidUpdate {
  at: Instant;
  author: string;
  state: IncidentState;
  message: string;
  services?: AffectedService[];
  /** Until when more is promised. */
  nextUpdateAt?: Instant;
}

export interface SaidIncident {
  title: string;
  startedAt: Instant;
  /** The first one declares it. */
  updates: [SaidUpdate, ...SaidUpdate[]];
  /** The postmortem that was published some days later. */
  learned?: Learned & { at: Instant };
}

interface Learned {
  author: string;
  message: string;
}

export interface SaidMaintenance {
  title: string;
  message: string;
  author: string;
  announcedAt: Instant;
  plannedStart: Instant;
  plannedEnd: Instant;
  services: string[];
  /** What was said when it began and when it was over; absent: the clock has it in hand. */
  begun?: { at: Instant; message: string };
  ended?: { at: Instant; message: string };
}

const ida = "Ida Lund";
const jonas = "Jonas Berg";

/** Minutes after a trouble began, or, with "after", after it was over. */
type Beat = [minutes: number | { after: number }, IncidentState, string];

interface Story {
  trouble: ToldName;
  title: string;
  author: string;
  services: AffectedService[];
  beats: [Beat, ...Beat[]];
  /** What was learned, and so many minutes after the trouble was over. */
  learned?: Learned & { after: number };
}

const stories: Story[] = [
  {
    trouble: "search index lost",
    title: "Search does not answer",
    author: ida,
    services: [{ serviceSlug: "search", impact: "major_outage" }],
    beats: [
      [6, "investigating", "Searching for courses and people ends in an error. We are looking into it."],
      [
        31,
        "identified",
        "The search index was lost when a disk failed. It is being built anew from the database.",
      ],
      [
        150,
        "identified",
        "Two thirds of the index are there. We expect search to be back at about 13:30 UTC.",
      ],
      [{ after: 4 }, "monitoring", "Search answers again. We are watching it."],
      [
        { after: 65 },
        "resolved",
        "Search is complete and has been steady for an hour. A copy of the index is now kept on a second machine.",
      ],
    ],
  },
  {
    trouble: "mail queue full",
    title: "Invitations and reminders are delayed",
    author: jonas,
    services: [{ serviceSlug: "mail", impact: "partial_outage" }],
    beats: [
      [
        5,
        "investigating",
        "The mail server refuses new messages. Nothing is lost: they wait in the platform.",
      ],
      [
        14,
        "identified",
        "One customer's import sent 400,000 invitations at once and filled the queue. It is being drained.",
      ],
      [{ after: 9 }, "resolved", "All waiting messages have been sent. Imports now send in portions."],
    ],
  },
  {
    trouble: "database failover",
    title: "Short interruption of the whole platform",
    author: ida,
    services: [
      { serviceSlug: "web-app", impact: "major_outage" },
      { serviceSlug: "sign-in", impact: "major_outage" },
      { serviceSlug: "api", impact: "major_outage" },
      { serviceSlug: "database", impact: "major_outage" },
    ],
    beats: [
      [
        { after: 3 },
        "monitoring",
        "The primary database stopped and the standby took over after a minute and a half. All services answer again.",
      ],
      [
        { after: 55 },
        "resolved",
        "The old primary had run out of memory. It is back as the standby; the limit that let it happen has been corrected.",
      ],
    ],
  },
  {
    trouble: "live sessions rollout",
    title: "Live sessions break off",
    author: jonas,
    services: [{ serviceSlug: "live-sessions", impact: "major_outage" }],
    beats: [
      [4, "investigating", "Participants lose their connection to live sessions and cannot join again."],
      [
        19,
        "identified",
        "A release of this noon closes connections as soon as they open. We are going back to the one before.",
      ],
      [
        { after: 5 },
        "monitoring",
        "The release before is in place. Joining works, but is slower than usual while everybody comes back.",
      ],
      [
        { after: 80 },
        "resolved",
        "Joining is as fast as usual again. The release will be repeated with a smaller share of participants first.",
      ],
    ],
  },
  {
    trouble: "slow start of term",
    title: "The web application is slow",
    author: ida,
    services: [{ serviceSlug: "web-app", impact: "degraded_performance" }],
    beats: [
      [12, "investigating", "Pages take two to three seconds. Everything works."],
      [
        70,
        "identified",
        "Twice as many learners as last year start on the same morning. More servers are being added.",
      ],
      [{ after: 10 }, "resolved", "Pages are fast again, with twelve servers where there were eight."],
    ],
  },
  {
    trouble: "api deploy",
    title: "Errors from the public API",
    author: jonas,
    services: [{ serviceSlug: "api", impact: "major_outage" }],
    beats: [
      [3, "investigating", "The public API answers with errors. The web application is not affected."],
      [9, "identified", "A change to the rate limits rejects every token. It is being taken back."],
      [{ after: 20 }, "resolved", "The API has been answering normally for 20 minutes."],
    ],
  },
  {
    trouble: "identity provider away",
    title: "Sign-in through identity providers fails",
    author: ida,
    services: [{ serviceSlug: "sign-in", impact: "major_outage" }],
    beats: [
      [5, "investigating", "Signing in does not come to an end, whichever way it is tried."],
      [
        17,
        "identified",
        "One provider answers so slowly that it holds up all others. It is being taken out of the queue.",
      ],
      [
        { after: 30 },
        "resolved",
        "Signing in has worked for half an hour. Each provider now waits in a queue of its own.",
      ],
    ],
  },
  {
    trouble: "load balancer",
    title: "The web application cannot be reached",
    author: jonas,
    services: [{ serviceSlug: "web-app", impact: "major_outage" }],
    beats: [
      [3, "investigating", "The web application refuses connections. The API and sign-in are not affected."],
      [
        21,
        "identified",
        "A load balancer lost its configuration when it was restarted. It is being restored.",
      ],
      [{ after: 4 }, "monitoring", "Pages are served again. We are watching them."],
      [
        { after: 60 },
        "resolved",
        "Steady for an hour. The configuration is now kept on both load balancers and compared every minute.",
      ],
    ],
  },
  {
    trouble: "api empty answers",
    title: "Errors from the public API",
    author: jonas,
    services: [{ serviceSlug: "api", impact: "major_outage" }],
    beats: [
      [6, "investigating", "The public API says of itself that it is not well, and some calls fail."],
      [{ after: 15 }, "resolved", "A cache was emptied and is warm again. The API answers normally."],
    ],
  },
  {
    trouble: "search disks full",
    title: "Search does not answer",
    author: ida,
    services: [{ serviceSlug: "search", impact: "major_outage" }],
    beats: [
      [7, "investigating", "Searching ends in an error. We are looking into it."],
      [26, "identified", "The disks of the search index are full. Old indexes are being moved away."],
      [
        { after: 40 },
        "resolved",
        "Search has answered for 40 minutes. We are now told at 70 % instead of 95 %.",
      ],
    ],
    learned: {
      author: jonas,
      after: 3 * 1_440,
      message: [
        "## What happened",
        "The disks of the search index filled up within a morning. Search stopped answering until old indexes had been moved away.",
        "## Why",
        "Indexes of courses that had ended were never moved. The alarm was set to 95 %, and from there it took the disks eleven minutes.",
        "## What we changed",
        "- Indexes of ended courses are moved away every night.\n- We are told at 70 %.\n- Search goes on answering from what it has when it cannot write.",
      ].join("\n\n"),
    },
  },
  {
    trouble: "search restarted",
    title: "Search was away for seven minutes",
    author: jonas,
    services: [{ serviceSlug: "search", impact: "partial_outage" }],
    beats: [
      [
        { after: 12 },
        "resolved",
        "Search was restarted after one of its machines stopped, and has answered since.",
      ],
    ],
  },
  {
    trouble: "export stuck",
    title: "Compliance exports were late",
    author: ida,
    services: [{ serviceSlug: "exports", impact: "partial_outage" }],
    beats: [
      [
        { after: 6 },
        "resolved",
        "One export waited for a lock and held up those behind it. All exports of the night are there now; none is missing anything.",
      ],
    ],
  },
];

/** Incidents of a history, in order of declaration; the last one is still open at its end. */
export function saidIncidents(origin: Origin): SaidIncident[] {
  const told = stories.map(({ trouble, title, author, services, beats, learned }): SaidIncident => {
    const { start, end } = intervalOf(origin, trouble);
    const [first, ...rest] = beats.map(([when, state, message]): SaidUpdate => {
      const at = typeof when === "number" ? start + when * minuteMs : end + when.after * minuteMs;
      return { at, author, state, message };
    });
    return {
      ...{ title, startedAt: start, updates: [{ ...first!, services }, ...rest] },
      ...(learned && { learned: { ...learned, at: end + learned.after * minuteMs } }),
    };
  });
  told.push(unmeasuredIncident(origin));
  told.sort((a, b) => a.startedAt - b.startedAt);
  const began = origin.end - 50 * minuteMs;
  told.push({
    title: "Some reminders arrive late",
    startedAt: began,
    updates: [
      {
        at: began + 8 * minuteMs,
        author: jonas,
        state: "investigating",
        message:
          "A few large mail providers accept our reminders only slowly. All other e-mail is sent at once.",
        services: [{ serviceSlug: "mail", impact: "degraded_performance" }],
      },
      {
        at: began + 35 * minuteMs,
        author: jonas,
        state: "monitoring",
        message: "The providers take messages at the usual speed again. The last late ones are on their way.",
        nextUpdateAt: began + 35 * minuteMs + 86_400_000,
      },
    ],
  });
  const earliest = clockTime(origin, { daysAgo: origin.days - 1 }, "00:00");
  return told.filter(({ startedAt }) => startedAt >= earliest);
}

/** People told of it, and nothing was measured: the month cannot be closed before somebody says why. */
function unmeasuredIncident(origin: Origin): SaidIncident {
  const startedAt = clockTime(origin, { monthsAgo: 2, day: 5 }, "10:15");
  const services = [{ serviceSlug: "course-media", impact: "partial_outage" as const }];
  return {
    title: "Some certificates of learners could not be downloaded",
    startedAt,
    updates: [
      {
        at: startedAt + 20 * minuteMs,
        author: ida,
        state: "identified",
        message: "Certificates of one customer are missing from the store. They are being made again.",
        services,
      },
      {
        at: startedAt + 95 * minuteMs,
        author: ida,
        state: "resolved",
        message: "All 214 certificates are there again. No other documents were concerned.",
      },
    ],
  };
}

/** Planned work of a history, in order of announcement: past, running at its end, and to come. */
export function saidMaintenance(origin: Origin): SaidMaintenance[] {
  const at = (daysAgo: number, time: string) => clockTime(origin, { daysAgo }, time);
  const of = (monthsAgo: number, day: number, time: string) => clockTime(origin, { monthsAgo, day }, time);
  const all: SaidMaintenance[] = [
    {
      title: "New version of the database",
      message:
        "The database moves to its next major version. It is away for a few minutes within this hour; what people save meanwhile waits and is not lost.",
      author: ida,
      announcedAt: at(216, "09:00"),
      plannedStart: at(204, "21:00"),
      plannedEnd: at(204, "22:00"),
      services: ["database"],
      begun: { at: at(204, "20:59"), message: "We have begun." },
      ended: {
        at: at(204, "21:31"),
        message: "The new version runs. The database was away for seven minutes.",
      },
    },
    {
      title: "New storage for the databases",
      message:
        "The databases move to faster storage. The API and the web application are away for some minutes.",
      author: jonas,
      announcedAt: of(8, 5, "08:00"),
      plannedStart: of(8, 11, "20:00"),
      plannedEnd: of(8, 11, "21:00"),
      services: ["api", "web-app"],
      begun: { at: of(8, 11, "19:59"), message: "We have begun." },
      ended: {
        at: of(8, 11, "20:40"),
        message: "The databases run on the new storage. They were away for 14 minutes.",
      },
    },
    {
      title: "Urgent update of sign-in",
      message: "A security update that cannot wait. Signing in is interrupted for a few minutes.",
      author: ida,
      announcedAt: of(6, 9, "19:05"),
      plannedStart: of(6, 9, "22:00"),
      plannedEnd: of(6, 9, "22:30"),
      services: ["sign-in"],
      begun: { at: of(6, 9, "21:58"), message: "The update begins." },
      ended: { at: of(6, 9, "22:26"), message: "The update is in place." },
    },
    {
      title: "Network change in the second data centre",
      message:
        "Half of our machines get new network equipment. The other half carries the load; no interruption is expected.",
      author: jonas,
      announcedAt: at(88, "12:00"),
      plannedStart: at(80, "22:00"),
      plannedEnd: at(79, "01:00"),
      services: ["web-app", "api", "sign-in"],
      begun: { at: at(80, "21:58"), message: "The work has begun." },
      ended: { at: at(80, "23:48"), message: "The equipment is in place. There was no interruption." },
    },
    {
      title: "Course media move to new edge servers",
      message:
        "Videos and documents are served from new machines, one region after the other. They stay available.",
      author: jonas,
      announcedAt: at(8, "10:00"),
      plannedStart: origin.end - 25 * minuteMs,
      plannedEnd: origin.end + 95 * minuteMs,
      services: ["course-media"],
    },
    {
      title: "Search gets more room",
      message:
        "The search index is spread over twelve shards instead of six. Results may be incomplete for some minutes.",
      author: ida,
      announcedAt: at(1, "13:00"),
      plannedStart: at(-4, "21:00"),
      plannedEnd: at(-4, "22:30"),
      services: ["search"],
    },
  ];
  const earliest = at(origin.days - 1, "00:00");
  return all
    .filter(({ announcedAt }) => announcedAt >= earliest)
    .sort((a, b) => a.announcedAt - b.announcedAt);
}
