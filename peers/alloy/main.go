// SPDX-License-Identifier: Apache-2.0

// Program alloy is Grafana Alloy for LinkMesh's tests: the released command,
// nothing of our own.
package main

import (
	"os"

	"github.com/grafana/alloy/flowcmd"
)

func main() {
	if err := flowcmd.RootCommand().Execute(); err != nil {
		os.Exit(1)
	}
}
