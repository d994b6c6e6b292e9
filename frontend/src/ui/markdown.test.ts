import { expect, test } from 'vitest'
import { letters, readMarkdown, safeLink, withoutTags } from './markdown'

test('only https leads out', () => {
  expect(['https://x.y/a', 'http://x.y', 'javascript:alert(1)', 'file:///etc/passwd', '#here', ''].map(safeLink)).toEqual([
    'https://x.y/a',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('tags go, their words stay', () => {
  expect(withoutTags('<b onclick="x()">Bold</b><!-- <i>no</i> -->')).toBe('Bold')
})

test('entities are letters', () => {
  expect(letters('a &lt; b &amp;&nbsp;&#8211; &bogus; &#0; &#9999999;')).toBe('a < b &\u00a0– &bogus; &#0; &#9999999;')
})

test.each(['', '```\nopen', '| a |\n|--', '[x](', '*'.repeat(5000), '> '.repeat(300) + 'deep'])('%j is read', (source) => {
  expect(readMarkdown(source).map((t) => t.raw).join('')).toHaveLength(source.length)
})
