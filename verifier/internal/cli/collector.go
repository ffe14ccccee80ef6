package cli

import "runtime/debug"

// The garbage collector's default spends a third of a run on collecting. A small input doesn't need that: it fits into memory
// many times over. A large one, and a server that lives long, keep the memory small instead.
const (
	smallInput   = 256 << 10
	percentSmall = 400
	percentLarge = 150
)

func tuneCollector(inputBytes int) {
	percent := percentSmall
	if inputBytes > smallInput {
		percent = percentLarge
	}
	debug.SetGCPercent(percent)
}
