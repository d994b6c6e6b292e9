// Package machine is the real machine behind the interfaces of backend: its
// clock and random bytes, its processes, its Python interpreters, and who it
// is. It decides nothing about runs or environments.
//
// # How processes end
//
// Start puts a child into a process group of its own and makes three promises
// about the time after it:
//
//   - Child.Stop ends the whole tree, first by TERM, then by KILL: the group,
//     all descendants, also those that moved into another group or session,
//     and on Linux those that carry the Mark of the command in their
//     environment though their parents are gone.
//   - When the process that called Start dies, even by KILL, the tree dies with
//     it. On Linux the kernel kills the child itself (PR_SET_PDEATHSIG, from a
//     thread that is kept for the child's life). On every Unix a leash, a
//     waiting /bin/sh of one megabyte, sees its pipe close and kills the group.
//     On Windows a job object that is closed with its last handle does both.
//   - What then still lives (it left the group and its parents are dead) is
//     ended by EndTree, which the owner of the workspace calls with the
//     identity and mark that were recorded for the run.
//
// StartDetached makes the opposite promise: nothing that happens to the
// starter touches the child.
package machine
