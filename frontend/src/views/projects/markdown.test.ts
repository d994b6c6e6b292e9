import { expect, test } from 'vitest'
import { readMarkdown } from './markdown'

test('a README as words', () => {
  const source = [
    '# Wine **quality** #',
    '',
    'Predicts the [quality](https://x.y) of',
    'a `white` wine. <b onclick="x()">Bold</b>',
    '- one _thing_',
    '* two',
    '',
    '```sh',
    'make demo # not a heading',
    '```',
    '![plot](a.png)',
    'snake_case_name stays',
  ].join('\n')
  expect(readMarkdown(source)).toEqual([
    { kind: 'heading', text: 'Wine quality' },
    { kind: 'text', text: 'Predicts the quality of a white wine. Bold' },
    { kind: 'list', items: ['one thing', 'two'] },
    { kind: 'code', text: 'make demo # not a heading' },
    { kind: 'text', text: 'snake_case_name stays' },
  ])
})

test.each([['', []], ['```\nopen', [{ kind: 'code', text: 'open' }]], ['#no heading', [{ kind: 'text', text: '#no heading' }]]])('%j', (source, want) => {
  expect(readMarkdown(source)).toEqual(want)
})
