package command

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"detsample/bench/plan"
)

// unsharded is the value of --shard that trains everything.
const unsharded = "none"

// theShard returns which share of a comparison this process is to train, as its
// flag or else the environment says; none with a count of 0. In an array of
// Slurm that is the place of the task among those of the array, in an indexed
// job of Kubernetes the index of the completion.
func theShard(flag string, w io.Writer) (plan.Shard, error) {
	count := 0
	switch rest, without := strings.CutPrefix(flag, "/"); {
	case flag == unsharded:
		return plan.Shard{}, nil
	case without:
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 {
			return plan.Shard{}, wrongUsage("--shard is %q: expected /N, one of N shards, which one being in the environment", flag)
		}
		count = n
	case flag != "":
		s, err := plan.ParseShard(flag)
		if err != nil {
			return plan.Shard{}, wrongUsage("--shard is %w", err)
		}
		return s, nil
	}
	s, from, err := shardOfEnvironment(count)
	switch {
	case err != nil:
		return plan.Shard{}, wrongUsage("%w", err)
	case s.Count == 0 && count > 0:
		return plan.Shard{}, wrongUsage("--shard is %q, and neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX says which one this is: give I/N", flag)
	case s.Count > 0:
		fmt.Fprintf(w, "shard %v, as %s says\n", s, from)
	}
	return s, nil
}

// The variables that say which of several processes this is.
const (
	slurmID    = "SLURM_ARRAY_TASK_ID"
	slurmMin   = "SLURM_ARRAY_TASK_MIN"
	slurmMax   = "SLURM_ARRAY_TASK_MAX"
	slurmCount = "SLURM_ARRAY_TASK_COUNT"
	slurmStep  = "SLURM_ARRAY_TASK_STEP"

	jobIndex = "JOB_COMPLETION_INDEX" // set by Kubernetes, from 0
	jobCount = "JOB_COMPLETIONS"      // which Kubernetes does not set: a job's own env does
)

// shardOfEnvironment returns the shard that the environment names and where it
// does; count is how many there are known to be, 0 for unknown.
func shardOfEnvironment(count int) (s plan.Shard, from string, err error) {
	switch slurm, kubernetes := os.Getenv(slurmID) != "", os.Getenv(jobIndex) != ""; {
	case slurm && kubernetes:
		return s, "", fmt.Errorf("both %s and %s are set: give --shard I/N", slurmID, jobIndex)
	case slurm:
		s, err = slurmShard(count)
		return s, fmt.Sprintf("%s=%s", slurmID, os.Getenv(slurmID)), err
	case kubernetes:
		s, err = kubernetesShard(count)
		return s, fmt.Sprintf("%s=%s", jobIndex, os.Getenv(jobIndex)), err
	}
	return s, "", nil
}

// slurmShard returns the place of a task in its array. The array may begin
// anywhere and have a step, and no gaps: Slurm does not say where these are.
func slurmShard(count int) (plan.Shard, error) {
	var id, least, most, tasks, step int
	for _, v := range []struct {
		to    *int
		name  string
		other func() int // where it is not set
	}{
		{&id, slurmID, nil},
		{&least, slurmMin, nil},
		{&tasks, slurmCount, nil},
		{&step, slurmStep, func() int { return 1 }},
		{&most, slurmMax, func() int { return least + (tasks-1)*step }},
	} {
		if v.other != nil && os.Getenv(v.name) == "" {
			*v.to = v.other()
			continue
		}
		var err error
		if *v.to, err = variable(v.name); err != nil {
			return plan.Shard{}, fmt.Errorf("%w: give --shard I/N", err)
		}
	}
	switch {
	case step < 1 || tasks < 1 || id < least || id > most || (id-least)%step != 0 || (most-least)/step+1 != tasks:
		return plan.Shard{}, fmt.Errorf("the tasks of this array are not evenly spaced (%d of them, from %d to %d with a step of %d, this one %d), so that its place is not known: start an array such as 1-%d, or give --shard I/N",
			tasks, least, most, step, id, max(tasks, 1))
	case count > 0 && count != tasks:
		return plan.Shard{}, fmt.Errorf("--shard says %d shards, the array has %d: start all of its tasks, those that have nothing to do end at once; or give --shard I/N", count, tasks)
	}
	return plan.Shard{Index: (id-least)/step + 1, Count: tasks}, nil
}

// kubernetesShard returns the place of a pod in its indexed job.
func kubernetesShard(count int) (plan.Shard, error) {
	index, err := variable(jobIndex)
	if err != nil {
		return plan.Shard{}, err
	}
	if os.Getenv(jobCount) != "" || count == 0 {
		n, err := variable(jobCount)
		if err != nil {
			return plan.Shard{}, fmt.Errorf("%w: let the job's container have its completions in %s, or give --shard /N", err, jobCount)
		}
		if count > 0 && n != count {
			return plan.Shard{}, fmt.Errorf("--shard says %d shards, %s %d", count, jobCount, n)
		}
		count = n
	}
	s := plan.Shard{Index: index + 1, Count: count}
	if err := s.Validate(); err != nil {
		return plan.Shard{}, fmt.Errorf("%s is %d of %d: expected 0 to %d", jobIndex, index, count, count-1)
	}
	return s, nil
}

// variable reads a variable of the environment.
func variable(name string) (int, error) {
	text := os.Getenv(name)
	n, err := strconv.Atoi(text)
	switch {
	case text == "":
		return 0, fmt.Errorf("%s is not set", name)
	case err != nil || n < 0:
		return 0, fmt.Errorf("%s is %q: expected a number", name, text)
	}
	return n, nil
}
