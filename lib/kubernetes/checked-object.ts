import { ApiObject, Yaml } from 'cdk8s';
import { lostCharacter } from '../input/kinds';

/**
 * Numbers as go-yaml reads them, the YAML parser of kubectl and GitOps tools, after it has removed every `_`: what
 * `strconv.ParseInt` accepts in base 0, floating-point numbers, and a binary number with its sign after `0b`.
 */
const NUMBER_OF_GO =
  /^([-+]?(0[bB][01]+|0[oO][0-7]+|0[xX][\da-fA-F]+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)|0b[-+][01]+)$/;

/** An object that refuses texts which would not reach Kubernetes as they are. */
export class CheckedObject extends ApiObject {
  /** @throws when Kubernetes would not read a text, or read another value */
  public toJson(): unknown {
    const json: unknown = super.toJson();
    assertTexts(`${this.kind} '${this.name}'`, json, []);
    return json;
  }
}

function assertTexts(object: string, value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    assertText(placeOf(object, path), value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        assertText(`a key of ${placeOf(object, path)}`, key);
      }
      const part = /^[a-z]\w*$/i.test(key)
        ? `${path.length > 0 ? '.' : ''}${key}`
        : `[${bracketed(value, key)}]`;
      assertTexts(object, one, [...path, part]);
    }
  }
}

function placeOf(object: string, path: readonly string[]): string {
  return path.length === 0 ? object : `${path.join('')} of ${object}`;
}

function assertText(what: string, text: string): void {
  if (isReadAsNumber(text)) {
    throw new Error(
      `${what} is '${text}', which YAML parsers of Kubernetes read as a number; use another text`,
    );
  }
  const lost = lostCharacter(text);
  if (lost !== undefined) {
    throw new Error(`${what} contains ${lost}, which YAML cannot express; remove it`);
  }
  // Only a first line that starts with spaces makes cdk8s write the indentation of a block, which go-yaml needs to skip a tab.
  if (/^\n*\t/.test(text) && Yaml.stringify(text).startsWith('|')) {
    throw new Error(
      `${what} has several lines and starts with a tab, which YAML parsers of Kubernetes refuse; use spaces instead`,
    );
  }
}

/** True if cdk8s writes a text without quotes, because it is no number in YAML 1.1, and go-yaml reads it as a number. */
function isReadAsNumber(text: string): boolean {
  const plain = /^[-+.\d]/.test(text) ? text.replaceAll('_', '') : '';
  // go-yaml reads a floating-point number above the range as a text.
  const isNumber = NUMBER_OF_GO.test(plain) && Math.abs(Number(plain)) !== Infinity;
  return isNumber && Yaml.stringify(text) === `${text}\n`;
}

function bracketed(container: object, key: string): string {
  return Array.isArray(container) ? key : `'${key}'`;
}
