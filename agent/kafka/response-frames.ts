/*
 * Responses, each in one buffer of limited size. The client library collects any number of bytes that a server announces, and
 * searches all chunks for each field that it reads.
 */
import { Connection } from '@platformatic/kafka';
import { maxReceivedBytes } from '../runtime/received-bytes';
import { formatBytes } from '../text/bytes';

const LENGTH_SIZE = 4;
/** A response contains at least its correlation id. */
const MIN_LENGTH = 4;

/** Splits received bytes into responses. Takes time and memory in proportion to the received bytes. */
export class ResponseFrames {
  private readonly prefix = Buffer.alloc(LENGTH_SIZE);
  private prefixLength = 0;
  private frame?: Buffer;
  private filled = 0;

  constructor(private readonly limit: number) {}

  /**
   * Adds received bytes.
   *
   * @returns responses that are complete now, each with its length
   * @throws Error if the server announces a response of an invalid length
   */
  add(chunk: Buffer): Buffer[] {
    const complete: Buffer[] = [];
    for (let at = 0; at < chunk.length;) {
      if (this.frame === undefined) {
        const read = chunk.copy(this.prefix, this.prefixLength, at);
        at += read;
        this.prefixLength += read;
        if (this.prefixLength < LENGTH_SIZE) {
          break;
        }
        this.frame = this.allocate();
      }
      const read = chunk.copy(this.frame, this.filled, at);
      at += read;
      this.filled += read;
      if (this.filled === this.frame.length) {
        complete.push(this.frame);
        this.frame = undefined;
        this.prefixLength = 0;
      }
    }
    return complete;
  }

  private allocate(): Buffer {
    const length = this.prefix.readInt32BE();
    if (length < MIN_LENGTH || length > this.limit) {
      throw new Error(
        length < 0
          ? `it announces a response of ${length} bytes, so it is not a Kafka server`
          : `it announces a response of ${formatBytes(length)}; the limit for the memory of the agent is ${formatBytes(this.limit)}. ` +
              'If the server is a broker with that much metadata, give the agent more memory',
      );
    }
    // Memory that is not written yet is not used.
    const frame = Buffer.allocUnsafeSlow(LENGTH_SIZE + length);
    this.filled = this.prefix.copy(frame);
    return frame;
  }
}

/** Limits the responses that a connection accepts. Call it before the connection is established. */
export function limitResponses(connection: Connection, limit = maxReceivedBytes()): void {
  connection.once('connect', () => {
    const { socket } = connection;
    const [receive] = socket.listeners('data') as ((bytes: Buffer) => void)[];
    const frames = new ResponseFrames(limit);
    socket.removeAllListeners('data');
    socket.on('data', (chunk: Buffer) => {
      try {
        frames.add(chunk).forEach(receive);
      } catch (error) {
        if (isTls(chunk)) {
          // The client library reports that the server requires TLS.
          receive(chunk);
        } else {
          socket.destroy(error as Error);
        }
      }
    });
  });
}

/** True if bytes start with a record of TLS. */
function isTls(chunk: Buffer): boolean {
  return chunk.length >= 2 && chunk[0] >= 0x14 && chunk[0] <= 0x17 && chunk[1] === 0x03;
}
