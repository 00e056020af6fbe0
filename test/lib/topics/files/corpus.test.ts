/*
 * Topic files of all forms. Beside the files of each form, expected.txt has their topics, warnings and errors.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS, readCorpus } from '../../../support/topic-files';

const FORMS = readdirSync(CORPUS).sort();

/** Files of a folder of the corpus, without those in its folders. */
function filesIn(folder: string): string[] {
  return readdirSync(join(CORPUS, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'expected.txt')
    .map(({ name }) => `${folder}/${name}`)
    .sort();
}

function expected(folder: string): string {
  return readFileSync(join(CORPUS, folder, 'expected.txt'), 'utf8');
}

function textOf({ topics, warnings, errors }: ReturnType<typeof readCorpus>): string {
  return [...topics, ...warnings.map((text) => `warning: ${text}`), ...errors.map((text) => `error: ${text}`)]
    .map((line) => `${line}\n`)
    .join('');
}

test('the corpus has all forms, each with bad files', () => {
  expect(FORMS).toEqual(['bitnami', 'julieops', 'kafka-gitops', 'own', 'strimzi', 'terraform', 'topicctl']);
  expect(FORMS.filter((form) => !existsSync(join(CORPUS, form, 'bad', 'expected.txt')))).toEqual([]);
});

test.each(FORMS)('files of the form %s', (form) => {
  expect(textOf(readCorpus(...filesIn(form)))).toBe(expected(form));
});

test.each(FORMS)('bad files of the form %s', (form) => {
  const { errors } = readCorpus(...filesIn(`${form}/bad`));

  expect(errors.map((error) => `${error}\n`).join('')).toBe(expected(`${form}/bad`));
});
