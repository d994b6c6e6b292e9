package main

import (
	"errors"
	"fmt"
	"strings"
)

// choose reads an SPDX expression ("MIT", "(MIT OR GPL-3.0)", "MIT AND ISC") and
// returns the licences that must hold: of alternatives, the first that fits.
func choose(expression string) ([]string, error) {
	p := parser{tokens: strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(expression))}
	if len(p.tokens) == 0 {
		return nil, errors.New("it states none")
	}
	chosen, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, fmt.Errorf("%q stands where the end should be", p.tokens[0])
	}
	return chosen, nil
}

type parser struct{ tokens []string }

func (p *parser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) take() string {
	t := p.next()
	if t != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) alternatives() ([]string, error) {
	best, err := p.all()
	for err == nil && strings.EqualFold(p.next(), "OR") {
		p.take()
		var other []string
		other, err = p.all()
		if judge(finding{licences: best, shipped: true}) != "" {
			best = other
		}
	}
	return best, err
}

func (p *parser) all() ([]string, error) {
	list, err := p.one()
	for err == nil && strings.EqualFold(p.next(), "AND") {
		p.take()
		var more []string
		more, err = p.one()
		list = append(list, more...)
	}
	return list, err
}

func (p *parser) one() ([]string, error) {
	switch t := p.take(); strings.ToUpper(t) {
	case "", ")", "AND", "OR":
		return nil, errors.New("it is not an SPDX expression")
	case "(":
		list, err := p.alternatives()
		if err == nil && p.take() != ")" {
			err = errors.New("a bracket stays open")
		}
		return list, err
	default:
		return []string{t}, nil
	}
}
