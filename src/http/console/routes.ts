/** The console under /console: its door, and behind it the pages of those who run the platform and its contracts. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { addPageVisits } from "../page-visits.ts";
import { fromOurPages, signedIn } from "../sessions.ts";
import { addCustomerLinks } from "./customer-links.ts";
import { addChannels } from "./channels.ts";
import { addCalendarForms } from "./calendar-form.ts";
import { addCalendars } from "./calendars.ts";
import { addClosings } from "./closings-page.ts";
import { addCreditPages } from "./credits-page.ts";
import type { ConsoleDeps } from "./deps.ts";
import { addMonthDocuments } from "./month-documents.ts";
import { addContractPages } from "./contracts.ts";
import { type ConsoleEnv, consoleRoom, knowWaiting } from "./room.ts";
import { knowNames } from "./answer.ts";
import { addAlerts } from "./alerts.ts";
import { addOnCall } from "./on-call.ts";
import { addSilences } from "./silences.ts";
import { addAcknowledging } from "./acknowledge.ts";
import { addAccount } from "./account.ts";
import { addAudit } from "./audit.ts";
import { addDeclaring } from "./declare-page.ts";
import { addDraftSettling } from "./incident-drafts.ts";
import { addIncidentList } from "./incidents-page.ts";
import { addIncidentPage } from "./incident-page.ts";
import { addIncidentTemplateForms } from "./incident-template-form.ts";
import { addIncidentTemplates } from "./incident-templates.ts";
import { addMail } from "./mail.ts";
import { addSubscribers } from "./subscribers.ts";
import { addMaintenanceChange } from "./change-maintenance.ts";
import { addMaintenance } from "./maintenance.ts";
import { addMaintenanceWindow } from "./maintenance-page.ts";
import { addNewMaintenance } from "./new-maintenance.ts";
import { addMaintenanceSeries } from "./series-page.ts";
import { addForgotten } from "./forgotten.ts";
import { addNewPassword } from "./new-password.ts";
import { addPages } from "./pages.ts";
import { addPeople } from "./people.ts";
import { addPerson } from "./person.ts";
import { addRequest } from "./request.ts";
import { addRequests } from "./requests.ts";
import { addSearch } from "./search-page.ts";
import { addSecondStep } from "./second-step.ts";
import { addProposal } from "./proposal-page.ts";
import { addProposals } from "./proposals-page.ts";
import { addProposing } from "./propose-pages.ts";
import { addCheckPages } from "./check-pages.ts";
import { keepDrafts, type KeptDrafts } from "./kept-drafts.ts";
import { keepPromises } from "./promises.ts";
import { addServiceEdit } from "./service-edit.ts";
import { addServicePage } from "./service-page.ts";
import { addServices } from "./services-page.ts";
import { addCalendar } from "./calendar.ts";
import { addTimeline } from "./timeline.ts";
import { addSettling } from "./settle-page.ts";
import { addShortcuts } from "./shortcuts.ts";
import { addSettings } from "./settings-page.ts";
import { addSignIn, doorForForm } from "./sign-in.ts";
import { keepStanding } from "./standing.ts";
import { addToday } from "./today-page.ts";
import { addWelcome } from "./welcome.ts";
import { addWhatIf } from "./what-if-page.ts";

const largestFormBytes = 256 * 1024;

/** Mounted at /console. */
export function consoleRoutes(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.use(fromOurPages(deps));
  app.use(
    bodyLimit({
      maxSize: largestFormBytes,
      onError: () => {
        throw new HTTPException(413, { message: "A form has at most 256 KiB." });
      },
    }),
  );
  addSignIn(app, deps);
  addSecondStep(app, deps);
  addForgotten(app, deps);
  addWelcome(app, deps);
  addNewPassword(app, deps);
  addAcknowledging(app, deps);
  app.use(signedIn(consoleRoom, deps, (c) => doorForForm(c, deps)));
  app.use(knowNames(deps));
  app.use(knowWaiting(deps));
  const readPromises = keepPromises(deps.db);
  const kept = { readStanding: keepStanding(deps.db), drafts: keptDrafts(deps) };
  addToday(app, deps, readPromises);
  addSearch(app, deps);
  addShortcuts(app, deps);
  addServices(app, deps, readPromises);
  addCheckPages(app, deps);
  addServiceEdit(app, deps);
  addServicePage(app, deps, readPromises);
  addCalendarForms(app, deps);
  addCalendars(app, deps);
  addRequests(app, deps);
  addRequest(app, deps);
  addCalendar(app, deps);
  addTimeline(app, deps);
  addMaintenance(app, deps);
  addNewMaintenance(app, deps);
  addMaintenanceSeries(app, deps);
  addMaintenanceWindow(app, deps);
  addMaintenanceChange(app, deps);
  addIncidentList(app, deps);
  addDeclaring(app, deps);
  addIncidentPage(app, deps);
  addIncidentTemplates(app, deps);
  addIncidentTemplateForms(app, deps);
  addDraftSettling(app, deps);
  addAlerts(app, deps);
  addOnCall(app, deps);
  addSilences(app, deps);
  addSettings(app, deps);
  addMail(app, deps);
  addSubscribers(app, deps);
  addContractPages(app, deps, kept);
  addPeople(app, deps);
  addPerson(app, deps);
  addAccount(app, deps);
  addCustomerLinks(app, deps);
  addMonthDocuments(app, deps);
  addAudit(app, deps);
  addChannels(app, deps);
  addClosings(app, deps, kept);
  addSettling(app, deps);
  addProposals(app, deps);
  addProposing(app, deps);
  addProposal(app, deps);
  addCreditPages(app, deps);
  addWhatIf(app, deps);
  addPages(app, deps);
  addPageVisits(app, deps);
  return app;
}

/** Drafts of cycles for all pages of contracts; what fails while nobody waits for it is logged as of the page that lists them. */
function keptDrafts({ db, office, now, logDefect }: ConsoleDeps): KeptDrafts {
  const onError = (error: unknown) =>
    logDefect({ requestId: "", method: "GET", path: "/console/contracts", error });
  return keepDrafts({ db, engine: office.engine, now, onError });
}
