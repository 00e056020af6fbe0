// Rewrites string literals of a program with single quotes: a double quote takes two bytes in the JSON of a ConfigMap.
import ts from 'typescript';

export function withSingleQuotes(code) {
  const file = ts.createSourceFile('program.js', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const parts = [];
  let end = 0;
  const visit = (node) => {
    if (ts.isStringLiteral(node)) {
      const start = node.getStart(file);
      const text = code.slice(start + 1, node.end - 1);
      if (code[start] === '"' && !/['\\]/.test(text)) {
        parts.push(code.slice(end, start), `'${text}'`);
        end = node.end;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...parts, code.slice(end)].join('');
}
