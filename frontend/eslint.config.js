import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const root = dirname(fileURLToPath(import.meta.url))
const src = resolve(root, 'src')

/**
 * Who may import whom, by folder of src. Arrows point down only:
 * format, api, live → state → commands → views → App; ui and grid know nothing
 * but format, chart those and ui.
 */
const allowed = {
  format: [],
  api: ['format'],
  live: ['format', 'api'],
  state: ['format', 'api', 'live'],
  commands: ['format', 'api', 'live', 'state'],
  ui: ['format'],
  grid: ['format'],
  chart: ['format', 'ui'],
  views: ['format', 'api', 'live', 'state', 'commands', 'ui', 'grid', 'chart'],
}

function folderOf(file) {
  const path = relative(src, file)
  return path.startsWith('..') || !path.includes(sep) ? undefined : path.split(sep)[0]
}

const direction = {
  meta: { type: 'problem', schema: [], messages: { up: '{{from}} must not import {{to}}' } },
  create(context) {
    const from = folderOf(context.filename)
    if (from === undefined || !(from in allowed)) return {}
    const check = (node) => {
      const source = node.source?.value
      if (typeof source !== 'string' || !source.startsWith('.')) return
      const target = resolve(dirname(context.filename), source)
      const to = folderOf(target) ?? (target.startsWith(src) ? 'App' : undefined)
      if (to === undefined || to === from || allowed[from].includes(to)) return
      context.report({ node, messageId: 'up', data: { from, to } })
    }
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check }
  },
}

const onlyFormat = [
  {
    selector: "MemberExpression[property.name=/^(toFixed|toPrecision|toLocaleString|toLocaleDateString|toLocaleTimeString)$/]",
    message: 'Numbers and times become text in src/format only.',
  },
  { selector: "MemberExpression[object.name='Intl']", message: 'Intl is used in src/format only.' },
]

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js', 'svelte.config.js'] }, tsconfigRootDir: root, extraFileExtensions: ['.svelte'] },
    },
    plugins: { varve: { rules: { direction } } },
    rules: {
      'varve/direction': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...onlyFormat],
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-var': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }],
      // Addresses are hashes printed by state/route.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  { files: ['src/format/**', 'tests/**'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['eslint.config.js', 'svelte.config.js'], ...ts.configs.disableTypeChecked },
)
