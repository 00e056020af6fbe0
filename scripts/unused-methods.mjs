// Removes methods that nothing calls from the classes of the Kafka client that read and write bytes. Bundlers keep all
// methods of a class, since any code could compute their names; these classes and the code that uses them do not.

const FILES = /@platformatic\/(dynamic-buffer\/dist\/index|kafka\/dist\/protocol\/(reader|writer))\.js$/;
// Called by Node.js or by the language.
const IMPLICIT = ['constructor', 'toString', 'toJSON', 'inspect'];

/** Removes methods that no file of a program uses. The files are not minified. */
export function withoutUnusedMethods(files) {
  const texts = [...files];
  for (let before; before !== texts.join('');) {
    before = texts.join('');
    for (const [index, text] of texts.entries()) {
      for (const method of methodsOf(text)) {
        const rest = texts.with(
          index,
          texts[index].replace(method.text, () => ''),
        );
        if (!rest.some((other) => new RegExp(`\\.${method.name}\\b`).test(other))) {
          texts[index] = rest[index];
        }
      }
    }
  }
  return texts;
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
