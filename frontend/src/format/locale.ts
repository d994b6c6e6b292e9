import { once } from './once'

/**
 * The locale of names of days and months. WebKitGTK reports "C" when LANG is
 * C, and Intl throws on it, so nothing is used unchecked. The interface is in
 * English, hence only English locales are taken from the list.
 */
export function chooseLocale(languages: readonly string[]): string {
  for (const tag of languages) {
    if (!/^en(-|$)/i.test(tag)) continue
    try {
      if (Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0) return tag
    } catch {
      // Not a language tag at all: the next one.
    }
  }
  return 'en-GB'
}

/** The one locale of this program. */
export const locale = once(() => chooseLocale(typeof navigator === 'undefined' ? [] : navigator.languages))
