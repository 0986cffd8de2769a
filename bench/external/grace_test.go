package external

import "time"

func init() { timeoutGrace, followEvery = 300*time.Millisecond, 50*time.Millisecond }
