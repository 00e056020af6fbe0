/* IncrementalAlterConfigs v1 of simulated controllers, with which agents ask for the registrations of brokers. */
import { KafkaBytes, KafkaRequestBody } from './kafka-bytes';

export const INCREMENTAL_ALTER_CONFIGS = 44;

/**
 * Answers a request with the error code of each broker, in reverse order: Kafka returns the resources in any order.
 *
 * @param record receives the brokers of the request, and if it only validates
 */
export function configValidations(
  request: KafkaRequestBody,
  codeOf: (id: number) => number,
  record: (names: readonly string[], isValidation: boolean) => void = () => undefined,
): Buffer {
  const names: string[] = [];
  request.list(() => {
    request.int8();
    names.push(request.text() ?? '');
    request.list(() => {
      request.text();
      request.int8();
      request.text();
    });
  });
  record(names, request.int8() === 1);
  const bytes = new KafkaBytes().int32(0);
  return bytes
    .list([...names].reverse(), (name) =>
      bytes
        .int16(codeOf(Number(name)))
        .text('because')
        .int8(4)
        .text(name),
    )
    .noTags().bytes;
}
