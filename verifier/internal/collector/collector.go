// Package collector sets the pace of the garbage collector.
package collector

import (
	"os"
	"runtime/debug"
)

// The garbage collector's default spends a third of a run on collecting. A small input is judged before there is anything
// worth collecting. A large one, and a server that lives long, keep the memory small instead.
const (
	smallInput    = 64 << 10
	percentSmall  = 1600
	mediumInput   = 256 << 10
	percentMedium = 400
	percentLarge  = 150
)

// Packages are initialized in the order of their import paths as soon as what they import is, so this happens before the
// linked packages make their tables: collecting these, of which nothing can be freed, takes a fifth of a start.
func init() { set(-1) }

// Tune adapts the collector to the size of the input.
func Tune(inputBytes int) {
	switch {
	case inputBytes <= smallInput:
		set(percentSmall)
	case inputBytes <= mediumInput:
		set(percentMedium)
	default:
		set(percentLarge)
	}
}

// set leaves the choice to whoever made one in the environment.
func set(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
