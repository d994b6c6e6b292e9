import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { hasTerminal, scriptLine } from './scriptline'

const paths = ['/home/ada/Varve', '/home/ada/lake "lab"', "/tmp/it's $HOME `x`", '/tmp/a\\b é\n']

test.each(paths)('a shell and Python read the path as it is: %j', (path) => {
  // The programs that would run are replaced; what they are given is looked at.
  const shell = scriptLine('terminal', path).replace('eval ', 'printf %s ')
  expect(execFileSync('sh', ['-c', `varve() { printf '%s|' "$@"; }; ${shell}`], { encoding: 'utf8' })).toBe(`env|-w|${path}|`.replace(/\n$/, ''))
  const python = scriptLine('notebook', path).replace('os.environ.update(json.loads(subprocess.check_output(', 'print(json.dumps((').replace('import json, os, subprocess', 'import json')
  expect(JSON.parse(execFileSync('python3', ['-c', python], { encoding: 'utf8' }))).toEqual(['varve', 'env', '--json', '-w', path])
})

test('an ordinary path is not quoted', () => {
  expect(scriptLine('terminal', '/home/ada/Varve')).toBe('eval "$(varve env -w /home/ada/Varve)"')
})

test('there is a terminal line where there is eval', () => {
  expect([hasTerminal('/home/ada'), hasTerminal('C:\\Users\\ada')]).toEqual([true, false])
})
