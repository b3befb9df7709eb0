import { basename, resolve } from 'node:path';
import { command } from '../command.js';
import { packageVersion } from '../package-version.js';
import { projectFiles } from '../scaffold/project.js';
import { writeFiles } from '../scaffold/write-files.js';

export const init = command({
  usage: 'init [folder] [options]',
  summary: 'Write a new project with one resource and its specs. No file is overwritten.',
  takes: [0, 1],
  options: {
    js: { type: 'boolean', help: 'In JavaScript. Default: in TypeScript.' },
    name: { type: 'string', value: 'name', help: 'The name of the package. Default: that of the folder.' },
  },
  run([folder = '.'], { js = false, name }) {
    const files = projectFiles(packageName(name ?? basename(resolve(folder))), !js, packageVersion());
    writeFiles(folder, files);
    const enter = folder === '.' ? '' : `cd ${folder}, `;
    return {
      output: `${Object.keys(files).join('\n')}\n`,
      notes: [`The project is written. Next: ${enter}npm install, npm test, npm start.`],
    };
  },
});

/** What npm takes as a name, also one in a scope, and nothing that would have to be quoted in code. */
function packageName(text: string): string {
  const [, scope, rest = ''] = /^(?:@([^/]*)\/)?(.*)$/s.exec(text) ?? [];
  const name = plain(rest) || 'my-api';
  if (scope !== undefined && plain(scope)) return `@${plain(scope)}/${name}`;
  return isTaken(name) ? `${name}-api` : name;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '');
}

/** A package can not have the name of one that it depends on, nor this one. */
function isTaken(name: string): boolean {
  return [
    'node_modules',
    'express',
    'express-viewsets',
    'supertest',
    'swagger-ui-dist',
    'tsx',
    'typescript',
  ].includes(name);
}
