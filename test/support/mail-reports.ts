/** Reports of mail servers about a letter, as they are really written: of one that could not be delivered, and of one that was complained of. */

const crlf = (text: string) => text.replace(/\r?\n/g, "\r\n");

/** As Postfix reports it (RFC 3464). @param letter the letter as it arrived there; its head alone is returned */
export function undeliveredReport(given: {
  to: string;
  letter: string;
  status: string;
  action?: string;
}): string {
  const { to, letter, status, action = "failed" } = given;
  return crlf(`Return-Path: <>
From: MAILER-DAEMON@mx.reader.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ${to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN=_01D98"
Message-Id: <20260601101500.9B095B5A@mx.reader.example>

This is a MIME-encapsulated message.

--9B095B5ADSN=_01D98
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.reader.example.

--9B095B5ADSN=_01D98
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.reader.example
X-Postfix-Queue-ID: 9B095B5A
Arrival-Date: Mon,  1 Jun 2026 10:14:59 +0000 (UTC)

Final-Recipient: rfc822; reader@acme.example
Original-Recipient: rfc822;reader@acme.example
Action: ${action}
Status: ${status}
Remote-MTA: dns; inner.reader.example
Diagnostic-Code: smtp; 550 5.1.1 <reader@acme.example>: Recipient address
    rejected: User unknown

--9B095B5ADSN=_01D98
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

${letter.split(/\r?\n\r?\n/)[0]!}

--9B095B5ADSN=_01D98--
`);
}

/** As a provider of mailboxes hands on what its reader pressed (RFC 5965). */
export function complaintReport(given: {
  to: string;
  letter: string;
  type?: string;
  mailFrom?: string;
}): string {
  const { to, letter, type = "abuse", mailFrom } = given;
  return crlf(`From: <feedback@provider.example>
To: <${to}>
Subject: FW: a letter
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: ${type}
User-Agent: SomeGenerator/1.0
Version: 1${mailFrom === undefined ? "" : `\nOriginal-Mail-From: <${mailFrom}>`}

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

${letter}
--part1_13d.2e68ed54_boundary--
`);
}
