package intime

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// noted is a test that notes whether it failed.
type noted struct {
	testing.TB
	failed bool
}

func (*noted) Helper()                 {}
func (n *noted) Failed() bool          { return n.failed }
func (n *noted) Errorf(string, ...any) { n.failed = true }

func TestOneOfAFewAttemptsIsInTime(t *testing.T) {
	for _, c := range []struct {
		late, asked int // attempts that are late, and those that are made
		fails       bool
	}{{0, 1, false}, {3, 4, false}, {4, 4, true}} {
		n, asked := &noted{}, 0
		Within(n, time.Second, func() time.Duration {
			if asked++; asked <= c.late {
				return time.Hour
			}
			return 0
		})
		assert.Equal(t, c.asked, asked)
		assert.Equal(t, c.fails, n.failed)
	}
	n, asked := &noted{}, 0
	Within(n, time.Second, func() time.Duration {
		asked++
		n.Errorf("its own")
		return time.Minute
	})
	assert.Equal(t, 1, asked, "what has failed is not tried again")
}

func TestAWaitIsLateHoweverBusyTheMachine(t *testing.T) {
	n := &noted{}
	Within(n, 10*time.Millisecond, func() time.Duration {
		start := time.Now()
		time.Sleep(300 * time.Millisecond)
		return time.Since(start)
	})
	assert.True(t, n.failed)
}
