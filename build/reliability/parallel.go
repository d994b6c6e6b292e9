//go:build linux

package main

import (
	"sync"
	"sync/atomic"
)

// parallel does n independent things, a few at a time: they wait for disks and
// processes more than they compute.
func (l *lab) parallel(n int, do func(i int)) {
	const atOnce = 4
	var all sync.WaitGroup
	var failed atomic.Pointer[stopped]
	room := make(chan struct{}, atOnce)
	for i := range n {
		if l.ctx.Err() != nil || failed.Load() != nil {
			break
		}
		room <- struct{}{}
		all.Go(func() {
			defer func() {
				if s, ok := recover().(stopped); ok {
					failed.CompareAndSwap(nil, &s)
				}
				<-room
			}()
			do(i)
		})
	}
	all.Wait()
	if s := failed.Load(); s != nil {
		panic(*s)
	}
	l.must(l.ctx.Err())
}
