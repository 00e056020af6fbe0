// Removes methods that nothing calls from the classes of the Kafka client that read and write bytes. Bundlers keep all
// methods of a class, since any code could compute their names; these classes and the code that uses them do not.

const FILES = /@platformatic\/(dynamic-buffer\/dist\/index|kafka\/dist\/protocol\/(reader|writer))\.js$/;
// Called by Node.js or by the language.
const IMPLICIT = ['constructor', 'toString', 'toJSON', 'inspect'];

/** Removes unused methods from a bundle that is not minified. */
export function withoutUnusedMethods(bundle) {
  let text = bundle;
  for (let before; before !== text;) {
    before = text;
    for (const method of methodsOf(text)) {
      const rest = text.replace(method.text, () => '');
      if (!new RegExp(`\\.${method.name}\\b`).test(rest)) {
        text = rest;
      }
    }
  }
  return text;
}

function methodsOf(text) {
  // Each module begins with a comment that names its file.
  const sections = text.split(/^(?=\/\/ \S+\.[cm]?[jt]s$)/m);
  return sections
    .filter((section) => FILES.test(section.slice(0, section.indexOf('\n'))))
    .flatMap((section) => [...section.matchAll(/^ {2}(?:static |get )?(\w+)\([^\n]*\) \{\n[^]*?^ {2}\}\n/gm)])
    .map(([method, name]) => ({ text: method, name }))
    .filter(({ name }) => !IMPLICIT.includes(name));
}
