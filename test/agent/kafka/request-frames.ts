/* Frames of single requests, field by field, without a socket. */
import { Connection, Reader, Writer } from '@platformatic/kafka';

/** Bytes of a frame, from fields in hexadecimal with their meaning. */
export function frame(...fields: [hex: string, meaning: string][]): Buffer {
  return Buffer.from(fields.map(([hex]) => hex.replaceAll(' ', '')).join(''), 'hex');
}

/** The request as it is sent, and the parsed response or its error. */
export async function exchange(response: Buffer, send: (connection: Connection) => Promise<unknown>) {
  let sent: Buffer | undefined;
  let header: unknown[] = [];
  const connection = {
    send: (
      apiKey: number,
      apiVersion: number,
      createPayload: () => Writer,
      parse: (correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => unknown,
      ...rest: [boolean, boolean, (error: unknown, result?: unknown) => void]
    ) => {
      const [requestTags, responseTags, callback] = rest;
      header = [apiKey, apiVersion, requestTags, responseTags];
      sent = createPayload().buffer;
      try {
        callback(null, parse(1, apiKey, apiVersion, Reader.from(response)));
      } catch (error) {
        callback(error);
      }
    },
  } as unknown as Connection;
  const outcome = await send(connection).catch((error: unknown) => error);
  return { sent, header, outcome };
}
