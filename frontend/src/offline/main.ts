import { mount } from 'svelte'
import { decodeChart } from '../api/charts'
import base from '../styles/base.css?inline'
import tokens from '../styles/tokens.css?inline'
import Offline from './Offline.svelte'

// The script of a chart that was saved as a page (app/door/chartpage.go writes
// the rest). It may fetch nothing: all that it shows is in the page.
const style = document.createElement('style')
style.textContent = tokens + base
document.head.append(style)

const target = document.getElementById('app')
const data = document.getElementById('chart')
if (target === null || data === null) throw new Error('the page has no chart in it')
const bytes = Uint8Array.from(atob(data.textContent.trim()), (c) => c.charCodeAt(0))
mount(Offline, { target, props: { chart: decodeChart(bytes.buffer), saved: data.dataset['saved'] ?? '' } })
