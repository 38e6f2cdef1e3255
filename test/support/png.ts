/** Pixels of a PNG with eight bits a channel, unpacked by hand: what a picture shows, for tests of pictures. */
import { inflateSync } from "node:zlib";

export interface Pixels {
  width: number;
  height: number;
  /** "#rrggbb" at a place; what shines through is laid on white. */
  at(x: number, y: number): string;
  /** How many pixels have a colour. */
  count(colour: string): number;
}

export function readPng(content: Uint8Array): Pixels {
  const bytes = Buffer.from(content);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const channels = ({ 2: 3, 6: 4 } as Record<number, number>)[bytes[25]!];
  if (bytes[24] !== 8 || channels === undefined || bytes[28] !== 0) {
    throw new Error("this PNG is of a kind that tests cannot read");
  }
  const packed: Buffer[] = [];
  for (let place = 8; place < bytes.length;) {
    const length = bytes.readUInt32BE(place);
    if (bytes.toString("latin1", place + 4, place + 8) === "IDAT") {
      packed.push(bytes.subarray(place + 8, place + 8 + length));
    }
    place += length + 12;
  }
  const lines = unfiltered(inflateSync(Buffer.concat(packed)), width * channels, height, channels);
  const at = (x: number, y: number): string => {
    const start = (y * width + x) * channels;
    const alpha = channels === 4 ? lines[start + 3]! / 255 : 1;
    return `#${[0, 1, 2]
      .map((i) => Math.round(lines[start + i]! * alpha + 255 * (1 - alpha)))
      .map((value) => value.toString(16).padStart(2, "0"))
      .join("")}`;
  };
  return {
    ...{ width, height, at },
    count(colour) {
      let found = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          found += at(x, y) === colour ? 1 : 0;
        }
      }
      return found;
    },
  };
}

/** Each line is stored as what differs from its neighbours (PNG 9.2). */
function unfiltered(raw: Buffer, lineLength: number, height: number, channels: number): Uint8Array {
  const lines = new Uint8Array(lineLength * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (lineLength + 1)]!;
    for (let i = 0; i < lineLength; i++) {
      const place = y * lineLength + i;
      const left = i >= channels ? lines[place - channels]! : 0;
      const up = y > 0 ? lines[place - lineLength]! : 0;
      const corner = i >= channels && y > 0 ? lines[place - lineLength - channels]! : 0;
      const guessed = [0, left, up, (left + up) >> 1, nearest(left, up, corner)][filter]!;
      lines[place] = raw[y * (lineLength + 1) + 1 + i]! + guessed;
    }
  }
  return lines;
}

function nearest(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(guess - one)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
