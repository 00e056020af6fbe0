// Plugin of esbuild that reduces @platformatic/kafka to what the programs of the pods use: single requests on a connection
// with or without TLS. Producers, consumers, compression, schemas, SASL and debug output are left out.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const UNUSED = /^(ajv|ajv-draft-04|avsc|debug|protobufjs|@node-rs\/crc32|@platformatic\/wasm-utils)(\/|$)/;
// Debug output calls a function of `debug`; everything else is only imported.
const STUB = 'module.exports = () => () => {};';

// The queue of the client's requests, of which the client only uses `push`.
const QUEUE = `
module.exports = (worker, concurrency) => {
  const waiting = [];
  let running = 0;
  const run = (value, done) => {
    running++;
    worker(value, (error, result) => {
      done(error, result);
      running--;
      if (waiting.length > 0) run(...waiting.shift());
    });
  };
  return { push: (value, done) => (running < concurrency ? run(value, done) : waiting.push([value, done])) };
};`;

/** Edits of single files of the client. */
const EDITS = [
  [/\/protocol\/errors\.js$/, compactErrors],
  // Names of APIs are only part of messages that are not shown.
  [/\/protocol\/apis\.js$/, () => 'export const protocolAPIsById = {};'],
  [/\/network\/connection\.js$/, withoutSasl],
  // Checks of options that only the clients for producers and consumers make.
  [/\/dist\/utils\.js$/, (source) => source.replace(/^ajv\.addKeyword\(\{[^]*?^\}\);$/gm, '')],
];

// Errors of producers, consumers and groups, which no request of the programs is answered with: their names are enough.
const FOREIGN_ERROR =
  /ACKS|ASSIGNOR|COORDINATOR|DELEGATION|FETCH|GENERATION|GROUP|INSTANCE_ID|MEMBER|MESSAGE|OFFSET_|PRINCIPAL|PRODUCER|RECORD|SASL|SEQUENCE|SESSION|SHARE|STATE|SUBSCRIPTION|TELEMETRY|TRANSACTION|TXN/;

/** Makes Kafka's error codes a table: the file repeats each name three times. */
async function compactErrors(_, path) {
  const { protocolErrors } = await import(pathToFileURL(path));
  const table = Object.values(protocolErrors).map(({ id, code, canRetry, message }) =>
    FOREIGN_ERROR.test(id) ? [code, id, canRetry] : [code, id, canRetry, message],
  );
  return `
    export const protocolErrors = {}, protocolErrorsCodesById = {};
    for (const [code, id, canRetry, message = id] of ${JSON.stringify(table)}) {
      protocolErrorsCodesById[code] = id;
      protocolErrors[id] = { id, code, canRetry, message };
    }`;
}

/** Removes SASL: agents know each other and Kafka by certificates. */
function withoutSasl(source) {
  return source
    .replace(/if \(this\.#options\.sasl\) \{\s+this\.#authenticate\(.*\);\s+\}\s+else (?=\{)/, '')
    .replace(
      /^ {4}(reauthenticate|#(authenticate|negotiateSaslAuthenticate|onSaslAuthenticate|onSaslAuthenticationValidation))\([^]*?^ {4}\}\n/gm,
      '',
    );
}

export const smallKafkaClient = {
  name: 'small-kafka-client',
  setup(build) {
    build.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: STUB, loader: 'js' }));
    build.onResolve({ filter: /^fastq$/ }, ({ path }) => ({ path, namespace: 'queue' }));
    build.onLoad({ filter: /.*/, namespace: 'queue' }, () => ({ contents: QUEUE, loader: 'js' }));
    // The package does not declare that its modules have no side effects, so all 260 versions of requests would stay.
    build.onResolve({ filter: /^[@.]/ }, async (args) => {
      const { importer, kind, path, pluginData, resolveDir } = args;
      const isClient = path.startsWith('@platformatic/') || importer.includes('/node_modules/@platformatic/');
      if (pluginData === 'resolving' || !isClient) return undefined;
      const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: 'resolving' });
      return found.errors.length > 0
        ? found
        : { path: found.path, namespace: found.namespace, sideEffects: false };
    });
    build.onLoad({ filter: /\/node_modules\/@platformatic\/kafka\/dist\/.*\.js$/ }, async ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const [, edit] = EDITS.find(([file]) => file.test(path)) ?? [];
      const edited = edit ? await edit(source, path) : source;
      if (edit && edited === source) {
        return {
          errors: [{ text: `${path} is not as expected: check the edits of small-kafka-client.mjs` }],
        };
      }
      // Constants that are not used must go, and with them what only they use.
      const contents = edited.replace(/^(export const \w+ = )(?=new |[\w.]+\()/gm, '$1/* @__PURE__ */ ');
      return { contents, loader: 'js' };
    });
  },
};
