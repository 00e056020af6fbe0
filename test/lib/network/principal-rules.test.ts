import * as fc from 'fast-check';
import { CLIENT_PRINCIPAL_RULES, SERVER_PRINCIPAL_RULES } from '../../../lib/network/principal-rules';

/** Applies rules as Kafka's SslPrincipalMapper does: the first rule that matches the whole subject wins. */
function principal(rules: string, subject: string): string {
  const rule = /^RULE:((?:\\.|[^\\/])*)\/((?:\\.|[^\\/])*)\/,DEFAULT$/.exec(rules)!;
  const match = new RegExp(`^(?:${rule[1]})$`).exec(subject);
  return match ? rule[2].replace('$1', () => match[1]) : subject;
}

describe('the principal of a client is the common name of its certificate', () => {
  test.each([
    ['CN=shop', 'shop'],
    ['CN=shop,OU=web,O=Acme', 'shop'],
    ['O=Acme,CN=shop', 'shop'],
    ['O=Acme\\, Inc,CN=shop,C=DE', 'shop'],
    ['OU=web+CN=shop,O=Acme', 'shop'],
    ['CN=shop+OU=web', 'shop'],
    ['CN=John,CN=Users,DC=example,DC=com', 'John'],
    ['CN=Shop\\, Inc', 'Shop\\, Inc'],
    ['CN=Shop\\, Other,O=Acme', 'Shop\\, Other'],
    ['CN=a\\+b\\\\,O=Acme', 'a\\+b\\\\'],
    ['O=CN\\=admin,CN=shop', 'shop'],
    ['O=x\\,CN\\=admin', 'O=x\\,CN\\=admin'],
    ['O=Acme', 'O=Acme'],
    ['O=two\nlines,CN=shop', 'shop'],
  ])('%s: %s', (subject, name) => {
    expect(principal(CLIENT_PRINCIPAL_RULES, subject)).toBe(name);
  });
});

test.each([
  ['CN=events-brokers', 'CN=events-brokers'],
  ['O=Acme,CN=events-brokers', 'CN=events-brokers'],
  ['CN=events-brokers,OU=kafka', 'CN=events-brokers'],
])('the principal of a server keeps the prefix: %s', (subject, name) => {
  expect(principal(SERVER_PRINCIPAL_RULES, subject)).toBe(name);
});

// Java escapes these characters of a value.
const value = fc
  .array(fc.constantFrom('a', 'events-brokers', 'CN', '=', ',', '+', '\\', '"', ' ', '\n', '/', ''))
  .map((parts) => parts.join('').replace(/[,+="\\]/g, (character) => `\\${character}`));
const subjectOf = fc
  .array(fc.tuple(fc.constantFrom('CN', 'O', 'OU', 'SERIALNUMBER'), value, fc.constantFrom(',', '+')), {
    minLength: 1,
  })
  .map((attributes) =>
    attributes
      .map(([type, text, end]) => `${type}=${text}${end}`)
      .join('')
      .slice(0, -1),
  );

test('no certificate has the principal of a server on a listener for clients', () => {
  fc.assert(
    fc.property(subjectOf, (subject) => {
      expect(principal(CLIENT_PRINCIPAL_RULES, subject)).not.toMatch(/^CN=/);
    }),
  );
});
