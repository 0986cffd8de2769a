//go:build !unix || solaris || aix

package durable

func unsyncable(error) bool { return true }
