import { ahead } from './ahead'
import './styles/tokens.css'
import './styles/inter.css'
import './styles/base.css'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the pages')
const session = ahead(location.hash)
import('./window').then(
  ({ open }) => open(target, session),
  () => sayMissing(target),
)

/** Without the frame there is nothing that could say it better. */
function sayMissing(target: HTMLElement): void {
  const text = document.createElement('p')
  text.setAttribute('role', 'alert')
  text.textContent = 'Varve’s pages could not be loaded: it was updated just now, or does not answer. What you recorded is safe. '
  const again = document.createElement('button')
  again.className = 'btn'
  again.textContent = 'Reload'
  again.onclick = () => location.reload()
  text.append(again)
  text.style.padding = '24px'
  target.replaceChildren(text)
}
