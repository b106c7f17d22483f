//go:build !linux

package pages

func largePages() {}
