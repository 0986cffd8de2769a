package command

// checkJobs returns an error of a --jobs that is given and is no number of jobs.
func checkJobs(jobs *int) error {
	if jobs != nil && *jobs < 1 {
		return wrongUsage("--jobs is %d: expected at least 1", *jobs)
	}
	return nil
}

// valueOf returns the value of a flag, its zero value where it was left out.
func valueOf[T any](flag *T) (value T) {
	if flag != nil {
		value = *flag
	}
	return value
}
