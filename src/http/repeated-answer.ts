/**
 * An answer that was sent a moment ago, sent again as the same bytes. Node prints and checks the head of every answer anew and copies its
 * body behind it, which for a page from memory is half of what it costs; so the head that Node printed is kept with the body in one piece
 * for as long as its date holds, and leaves in one write. Between snapshots and the socket.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/** An answer that is sent often. */
export interface Repeated {
  status: number;
  /** Name and value in turn. */
  headers: readonly string[];
  body: Buffer;
  /** As it left last; absent: it never did, or differently each time. */
  last?: { head: string; bytes: Buffer; second: number };
}

/** Members of Node's answers that hold the printed head. Where there are none any more, every answer is printed, and right. */
type Headed = ServerResponse & { _header?: string | null; _headerSent?: boolean };

/** What takes longer to send than to print is not kept twice. */
const largestBytes = 512 * 1024;

/** Counts up while anything is repeated: what was printed in another second has an old date. */
let second = 0;
let counting = false;

/** Sends it, its head alone to HEAD. */
export function sendRepeated(answer: Repeated, request: IncomingMessage, response: ServerResponse): void {
  // What else a head depends on is the same for all who ask like this.
  const isUsual = request.method === "GET" && response.shouldKeepAlive;
  if (isUsual && answer.last?.second === second) {
    const headed: Headed = response;
    headed._header = answer.last.head;
    headed._headerSent = true;
    endSoon(response, answer.last.bytes);
    return;
  }
  response.writeHead(answer.status, answer.headers as string[]);
  if (isUsual) {
    keep(answer, response);
  }
  if (request.method === "HEAD") {
    response.end();
  } else {
    response.end(answer.body);
  }
}

/**
 * Answers leave one after the other once everybody who asks in this turn of the process was heard: each write may have to wake whoever reads at
 * the other end, and those of a machine that asks a lot are awake after the first.
 */
let leaving: { response: ServerResponse; bytes: Buffer }[] = [];

function endSoon(response: ServerResponse, bytes: Buffer): void {
  if (leaving.push({ response, bytes }) === 1) {
    setImmediate(endAll);
  }
}

function endAll(): void {
  const all = leaving;
  leaving = [];
  for (const { response, bytes } of all) {
    response.end(bytes);
  }
}

function keep(answer: Repeated, { _header: head }: Headed): void {
  if (typeof head === "string" && answer.body.length <= largestBytes) {
    answer.last = { head, bytes: Buffer.concat([Buffer.from(head, "latin1"), answer.body]), second };
    countOn();
  }
}

function countOn(): void {
  if (!counting) {
    counting = true;
    const turn = () => {
      second++;
      counting = false;
    };
    setTimeout(turn, 1_000).unref();
  }
}
