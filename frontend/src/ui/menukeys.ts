/**
 * Moves the focus within a menu by the keys that menus have: arrows, Home, End,
 * and the first letter of an item. Answers whether the key was one of them.
 */
export function moveInMenu(items: readonly HTMLElement[], event: KeyboardEvent): boolean {
  const at = items.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key]
  if (to !== undefined) {
    items[to % items.length]?.focus()
    return true
  }
  // Letters lead to items, not to other places.
  if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return false
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  rest.find((item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus()
  return true
}
