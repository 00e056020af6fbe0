import { JsonStream } from './json-stream';

const OBJECTS = [
  { type: 'ADDED', object: { text: 'a } in a "text" \\' } },
  { type: 'DELETED', object: {} },
];
const TEXT = `${JSON.stringify(OBJECTS[0], undefined, 4)}\n${JSON.stringify(OBJECTS[1])}\n`;

test('objects are complete wherever the stream is split', () => {
  for (let first = 0; first <= TEXT.length; first += 1) {
    for (let second = first; second <= TEXT.length; second += 1) {
      const stream = new JsonStream();
      const parts = [TEXT.slice(0, first), TEXT.slice(first, second), TEXT.slice(second)];
      expect(parts.flatMap((part) => stream.push(part))).toEqual(OBJECTS);
    }
  }
});

test('an incomplete object is kept', () => {
  expect(new JsonStream().push('{"type": "ADDED", "object": {}')).toEqual([]);
});
