/** Whether pages may ask the door: a code in the address has to be handed in first. */
export class Session {
  open = $state(false)
}
