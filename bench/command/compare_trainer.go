package command

import "detsample/bench/config"

// program sets what the command says of a trainer of one's own.
func (c *compareCommand) program(comparison *config.Config) error {
	p := comparison.Trainer
	if p == nil {
		return c.withoutProgram()
	}
	if len(c.GPUs) > 0 {
		p.GPUs = c.GPUs
	}
	if c.Timeout != nil {
		p.Timeout = *c.Timeout
	}
	if c.Retries != nil {
		p.Retries = *c.Retries
	}
	p.Inputs = append(p.Inputs, c.Input...)
	if p.Retries < 0 || p.Retries > maxRetries {
		return wrongUsage("--retries is %d: expected 0 to %d", p.Retries, maxRetries)
	}
	if err := p.Validate(); err != nil {
		return wrongUsage("--trainer: %v", err)
	}
	if gpus := p.Devices(); len(gpus) > 0 && valueOf(c.Jobs) > len(gpus) {
		return wrongUsage("--jobs is %d, and a run has a GPU of its own, of %d: name one twice for two runs on it", *c.Jobs, len(gpus))
	}
	return nil
}

// withoutProgram refuses what is said of a trainer of one's own where there is
// none.
func (c *compareCommand) withoutProgram() error {
	flag := ""
	switch {
	case len(c.GPUs) > 0:
		flag = "--gpus"
	case c.Timeout != nil:
		flag = "--timeout"
	case c.Retries != nil:
		flag = "--retries"
	case len(c.Input) > 0:
		flag = "--input"
	default:
		return nil
	}
	return wrongUsage("%s is of a program of one's own: give --trainer, or trainer in the configuration", flag)
}

const maxRetries = 100
