// Writes API.md from the jsii assembly: constructs first, each property with its default. Run after build:lib.
import { writeFileSync } from 'node:fs';
import { TypeSystem } from 'jsii-reflect';

const PACKAGE = 'cdk8s-kafka';
const system = new TypeSystem();
const assembly = await system.load('.', { validate: false });

const byName = (a, b) => (a.name < b.name ? -1 : 1);
const isConstruct = (type) =>
  type.isClassType() && type.getAncestors().some(({ fqn }) => fqn === 'constructs.Construct');
const all = [...assembly.types].sort(byName);
const constructs = all.filter(isConstruct);
const propsOf = (type) =>
  type.initializer?.parameters
    .map(({ type: { fqn } }) => fqn && system.tryFindFqn(fqn))
    .find((found) => found?.isDataType?.());
const ownProps = new Set(constructs.map(propsOf).filter(Boolean));

const sections = [
  ['Constructs', constructs],
  ['Interfaces', all.filter((type) => type.isInterfaceType() && !type.isDataType())],
  ['Value classes', all.filter((type) => type.isClassType() && !isConstruct(type))],
  ['Enums', all.filter((type) => type.isEnumType())],
  ['Options', all.filter((type) => type.isInterfaceType() && type.isDataType() && !ownProps.has(type))],
];

// Types and their default text contain '|', which would end a cell of a table.
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const anchor = (name) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-');

function typeText(reference) {
  if (reference.arrayOfType) return `${typeText(reference.arrayOfType)}[]`;
  if (reference.mapOfType) return `{ [key: string]: ${typeText(reference.mapOfType)} }`;
  if (reference.unionOfTypes) return reference.unionOfTypes.map(typeText).join(' | ');
  if (reference.primitive) return reference.primitive;
  if (reference.void) return 'void';
  const [owner, ...name] = (reference.fqn ?? 'any').split('.');
  return owner === PACKAGE ? `[${name}](#${anchor(name.join('.'))})` : name.join('.') || owner;
}

function text({ docs }) {
  const { summary = '', remarks = '' } = docs.docs;
  const see = docs.docs.see ? ` See [the documentation](${docs.docs.see}).` : '';
  return cell(`${summary} ${remarks}`.trim().replaceAll(/\s+/g, ' ') + see);
}

function defaultText({ docs, optional }) {
  if (!optional) return '**required**';
  const value = docs.docs.default ?? '';
  return value.startsWith('- ') ? cell(value.slice(2)) : `\`${value}\``;
}

const table = (head, rows) =>
  rows.length === 0
    ? []
    : [
        `| ${head.join(' | ')} |`,
        `| ${head.map(() => '---').join(' | ')} |`,
        ...rows.map((row) => `| ${row.join(' | ')} |`),
        '',
      ];

function signature({ name, parameters = [], static: isStatic, parentType, returns }) {
  const list = parameters.map((p) => `${p.name}${p.optional ? '?' : ''}`).join(', ');
  const result = returns && !returns.type.void ? `: ${typeText(returns.type)}` : '';
  return `\`${isStatic ? `${parentType.name}.` : ''}${name}(${list})\`${result}`;
}

const ownOf = (members) =>
  members.filter(({ parentType, definingType }) => (definingType ?? parentType).assembly === assembly);

function structRows(struct) {
  return [...struct.ownProperties]
    .sort((a, b) => Number(a.optional) - Number(b.optional) || byName(a, b))
    .map((property) => [
      `\`${property.name}\``,
      cell(typeText(property.type)),
      defaultText(property),
      text(property),
    ]);
}

function inherited(struct) {
  // The props of a construct are part of its section.
  const target = (base) => constructs.find((type) => propsOf(type) === base) ?? base;
  const bases = struct.getInterfaces().map((base) => `[${base.name}](#${anchor(target(base).name)})`);
  return bases.length > 0 ? [`Has all properties of ${bases.join(' and ')}, and these:`, ''] : [];
}

function methodText(method) {
  const parameters = method.parameters
    .filter(({ docs }) => docs.summary)
    .map((parameter) => `\`${parameter.name}\`: ${text(parameter)}`);
  return [text(method), ...parameters].join('<br>');
}

function describe(type) {
  const lines = [`### ${type.name}`, '', text(type), ''];
  if (type.isEnumType()) {
    return [
      ...lines,
      ...table(
        ['Member', 'Description'],
        type.members.map((m) => [`\`${m.name}\``, text(m)]),
      ),
    ];
  }
  if (type.isInterfaceType() && type.isDataType()) {
    return [
      ...lines,
      ...inherited(type),
      ...table(['Property', 'Type', 'Default', 'Description'], structRows(type)),
    ];
  }
  const props = isConstruct(type) ? propsOf(type) : undefined;
  if (props) {
    lines.push('```ts', `new ${type.name}(scope, id, props)`, '```', '');
    lines.push(
      ...inherited(props),
      ...table(['Property of `props`', 'Type', 'Default', 'Description'], structRows(props)),
    );
  }
  const members = ownOf(type.allProperties).sort(
    (a, b) => Number(b.static) - Number(a.static) || byName(a, b),
  );
  const name = (member) => `\`${member.static ? `${type.name}.` : ''}${member.name}\``;
  lines.push(
    ...table(
      ['Member', 'Type', 'Description'],
      members.map((m) => [name(m), cell(typeText(m.type)), text(m)]),
    ),
  );
  const methods = ownOf(type.allMethods).sort((a, b) => Number(b.static) - Number(a.static) || byName(a, b));
  lines.push(
    ...table(
      ['Method', 'Description'],
      methods.map((method) => [signature(method), methodText(method)]),
    ),
  );
  return lines;
}

const contents = sections.flatMap(([title, types]) => [
  `- [${title}](#${anchor(title)}): ${types.map(({ name }) => `[${name}](#${anchor(name)})`).join(', ')}`,
]);
const body = sections.flatMap(([title, types]) => [`## ${title}`, '', ...types.flatMap(describe)]);
const head = [
  '# API',
  '',
  'Generated from the source by `npm run docs`. Types without a link are those of cdk8s, cdk8s-plus-27 and constructs.',
  '',
];
writeFileSync(process.argv[2] ?? 'API.md', `${[...head, ...contents, '', ...body].join('\n').trim()}\n`);
