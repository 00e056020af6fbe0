/*
 * Secrets in settings, JVM options and environment variables. Everyone who can read ConfigMaps and pods could read them, so the
 * value of a setting must refer to a config provider.
 */
import { replaceReferences } from './references';

const SECRET =
  /pass\.?(word(?!\.encoder)|wd|phrase)|[._-](pass|pwd|pw)$|secret|credentials([._-]json)?$|(master|account|access|api|private|shared|signing|encryption|key\.?store)[._-]?key$|connection[._-]?string|jaas[._-]config$|token$|user[._-]info$/i;

/** Ends of names that describe a secret and do not contain it. */
const NO_SECRET =
  /[._-](algorithm|arn|class|dir|enabled?|file|iterations|length|location|ms|names?|path|seconds|type|ur[il])$/i;

/** The part of a name before the name of a listener, or of a config provider, which users choose. */
const CHOSEN_NAME = /^(listener\.name|config\.providers)\.[^.]*\./;

/** True if the value of a setting is a secret. The name can also be that of a system property or an environment variable. */
export function isSecretSetting(name: string): boolean {
  const own = name.replace(CHOSEN_NAME, '').replace(/([a-z\d])([A-Z])/g, '$1.$2');
  return SECRET.test(own) && !NO_SECRET.test(own);
}

/** JVM options up to the value of the first secret in them; undefined if they contain none. */
export function secretOption(options: string): string | undefined {
  for (const { 0: start, 1: name, index } of options.matchAll(/([\w.$-]+)=(?=\S)/g)) {
    if (isSecretSetting(name)) {
      return `${options.slice(0, index)}${start}…`;
    }
  }
  return undefined;
}

/** A text that is in no value: stands for a reference. */
const REFERENCE = '\u0000';

/** True if the value of a secret consists of references to config providers, so that it reveals nothing. */
export function revealsNothing(name: string, value: string): boolean {
  const rest = replaceReferences(value.replaceAll(REFERENCE, ' '), REFERENCE);
  return /jaas\.config$/i.test(name)
    ? jaasRevealsNothing(rest)
    : rest.includes(REFERENCE) && rest.replaceAll(REFERENCE, '').trim() === '';
}

// A quoted text without an end goes to the end of the value, so that the search takes linear time.
const JAAS_TOKEN = /\s+|[=;]|"(?:[^"\\]|\\[^])*(?:"|\\?$)|'(?:[^'\\]|\\[^])*(?:'|\\?$)|[^\s=;"']+/g;

/** The class and the flag of a login module. */
const JAAS_MODULE = /^([\w$.]+LoginModule|required|requisite|sufficient|optional)$/i;

/** Options of login modules that grant no access. */
const JAAS_PUBLIC = /^(username|principal|serviceName|keyTab|ticketCache|clientId)$/;

/** True if each option is public, a reference, or a switch. Text that is no option could be a secret. */
function jaasRevealsNothing(text: string): boolean {
  const tokens = (text.match(JAAS_TOKEN) ?? []).filter((token) => token.trim() !== '');
  return tokens.every((token, index) => {
    if (tokens[index - 1] === '=') {
      const option = token.replace(/^(["'])([^]*)\1$/, '$2');
      return (
        option === REFERENCE || /^(true|false)$/.test(option) || JAAS_PUBLIC.test(tokens[index - 2] ?? '')
      );
    }
    return [';', '=', REFERENCE].includes(token) || tokens[index + 1] === '=' || JAAS_MODULE.test(token);
  });
}
