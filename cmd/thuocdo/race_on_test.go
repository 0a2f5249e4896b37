//go:build race

package main

// raced says that the tests run under the race detector, where starting a process takes half a second.
const raced = true
