import { mount } from 'svelte'
import App from './App.svelte'
import { App as Everything } from './state/app'
import './styles/tokens.css'
import './styles/inter.css'
import './styles/base.css'

// The one place where things are built; the rest gets them by context.
const app = new Everything()
const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the pages')
app.ahead()
mount(App, { target, props: { app } })
