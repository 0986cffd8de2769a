package main

// parts are what a calculation has of a logit z: sigmoid(z), sigmoid(-z), log(1+exp(-|z|)) and log(1+exp(z)).
type parts struct{ q, p, near, nll group }

// partsOf uses up rest, what z lacks, if there is one.
func (m *machine) partsOf(z, rest group) (x parts) {
	if rest != nil {
		m.turnBy(rest, z)
	}
	x.q, x.p, x.near = m.sigmoids(z, rest)
	x.nll = m.add(m.positive(z), x.near)
	return x
}

// sigmoids are sigmoid(z), sigmoid(-z) and log(1+exp(-|z|)), where rest, if there is one, is what -|z| lacks.
func (m *machine) sigmoids(z, rest group) (q, p, near group) {
	e := m.exp(m.negative(z), rest)
	t := m.add(m.float(2), e)
	m.divide(e, t)
	s := m.add(m.float(1), e)
	m.divide(m.all(len(z), m.float(1)), s)
	m.mulBy(e, s)
	q, p = m.bySign(z, s, e)
	return q, p, m.log1p(t)
}
