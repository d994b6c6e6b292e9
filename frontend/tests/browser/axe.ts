import axe from 'axe-core'

/** What axe finds wrong with a part of the page, in words. */
export async function violations(element: Element): Promise<string[]> {
  const found = await axe.run(element, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } })
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)
}
