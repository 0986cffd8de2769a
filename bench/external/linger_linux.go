package external

import (
	"os/exec"

	"golang.org/x/sys/unix"
)

// linger waits until a program has ended and leaves it to be reaped, unless that
// is not possible here.
func linger(cmd *exec.Cmd) bool {
	for {
		err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err == nil
		}
	}
}
